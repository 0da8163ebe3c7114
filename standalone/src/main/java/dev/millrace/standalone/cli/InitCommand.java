package dev.millrace.standalone.cli;

import dev.millrace.contracts.config.loading.ConfigLoader;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace init}: writes an annotated configuration. */
@Command(name = "init", description = "Writes an annotated configuration to start from.")
final class InitCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            defaultValue = "millrace.yaml",
            description = "The file to write; default: ${DEFAULT-VALUE}. Never overwrites a file.")
    private Path file = Path.of("millrace.yaml");

    @Override
    public Integer call() throws IOException {
        try (InputStream template =
                Objects.requireNonNull(
                        ConfigLoader.class.getResourceAsStream(
                                "/dev/millrace/contracts/millrace-default.yaml"))) {
            Files.write(file, template.readAllBytes(), StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw UserError.usage(file + " already exists. Name another file");
        } catch (IOException e) {
            throw UserError.failure("Cannot write " + file + ": " + e.getMessage());
        }
        Terminal.system()
                .say(
                        "Wrote "
                                + file
                                + ". Configure the providers that you use, set their keys in the"
                                + " environment, then run \"millrace check\".");
        return ExitCode.OK;
    }
}
