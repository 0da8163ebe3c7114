package dev.millrace.standalone.cli;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.configuration.provider.ProviderBlock;
import dev.millrace.standalone.catalog.StalePrices;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace init}: writes an annotated configuration. */
@Command(name = "init", description = "Writes an annotated configuration to start from.")
final class InitCommand implements Callable<Integer> {
    private static final String HEADER =
            """
            # A Millrace configuration. Every key, its meaning and its default: docs/millrace.schema.json
            #
            # ${NAME} and ${NAME:-default} are taken from the environment, ${file:/run/secrets/key} from a file.

            """;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            defaultValue = "millrace.yaml",
            description = "The file to write; default: ${DEFAULT-VALUE}. Never overwrites a file.")
    private Path file = Path.of("millrace.yaml");

    @Option(
            names = "--provider",
            paramLabel = "NAME",
            description =
                    "Write only this provider, with models of it; repeatable. Default: the"
                            + " providers of all shipped models. An unknown name lists the names.")
    private List<String> providers = List.of();

    @Override
    public Integer call() throws IOException {
        List<ProviderBlock> blocks = providers.stream().distinct().map(InitCommand::block).toList();
        String text = text(blocks);
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw UserError.usage(alreadyExists(blocks));
        } catch (IOException e) {
            throw UserError.failure("Cannot write " + file + ": " + e.getMessage());
        }
        Terminal terminal = Terminal.system();
        terminal.say("Wrote " + file + ". " + nextStep(blocks));
        stalePrices(text).forEach(terminal::say);
        return ExitCode.OK;
    }

    private List<String> stalePrices(String text) {
        var config = new ConfigLoader(System.getenv()).withoutKeys().parse(file.toString(), text);
        LocalDate today = LocalDate.ofInstant(InstantSource.system().instant(), ZoneOffset.UTC);
        return StalePrices.lines(config.modelsInService(), today);
    }

    private static ProviderBlock block(String name) {
        return ProviderBlock.find(name)
                .orElseThrow(
                        () ->
                                UserError.usage(
                                        "There is no provider \""
                                                + name
                                                + "\". Known providers:\n"
                                                + ProviderBlock.shipped().stream()
                                                        .map(
                                                                it ->
                                                                        "  "
                                                                                + it.name()
                                                                                + ": "
                                                                                + it.title())
                                                        .collect(Collectors.joining("\n"))));
    }

    private static String text(List<ProviderBlock> blocks) throws IOException {
        if (!blocks.isEmpty()) {
            return HEADER + ProviderBlock.sections(blocks);
        }
        try (InputStream template =
                Objects.requireNonNull(
                        ConfigLoader.class.getResourceAsStream(
                                "/dev/millrace/configuration/millrace-default.yaml"))) {
            return new String(template.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String alreadyExists(List<ProviderBlock> blocks) {
        return file
                + " already exists. Name another file"
                + (blocks.isEmpty() ? "" : ", and copy its entries into " + file);
    }

    private static String nextStep(List<ProviderBlock> blocks) {
        if (blocks.isEmpty()) {
            return "Set the keys of the providers that you use in the environment; the others are"
                    + " off. Then run \"millrace check\".";
        }
        String variables =
                blocks.stream()
                        .flatMap(block -> block.requiredVariables().stream())
                        .collect(Collectors.joining(", "));
        return (variables.isEmpty()
                        ? "Adapt its base_url and models"
                        : "Set " + variables + " in the environment")
                + ", then run \"millrace check\".";
    }
}
