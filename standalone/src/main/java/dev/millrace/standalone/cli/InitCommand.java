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

/** {@code millrace init}: writes a configuration to start from. */
@Command(name = "init", description = "Writes an annotated millrace.yaml to start from.")
final class InitCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            defaultValue = "millrace.yaml",
            description = "Where to; default: ${DEFAULT-VALUE}. A file that exists is left alone.")
    private Path file = Path.of("millrace.yaml");

    InitCommand() {}

    @Override
    public Integer call() throws IOException {
        try (InputStream template =
                Objects.requireNonNull(
                        ConfigLoader.class.getResourceAsStream(
                                "/dev/millrace/contracts/millrace-default.yaml"))) {
            Files.write(file, template.readAllBytes(), StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw UserError.usage(file + " exists already; name another file");
        } catch (IOException e) {
            throw UserError.failure(file + " cannot be written: " + e.getMessage());
        }
        Terminal.system()
                .say(
                        "Wrote "
                                + file
                                + ". Fill in the providers you use and set their keys in the"
                                + " environment, then try \"millrace check\".");
        return ExitCode.OK;
    }
}
