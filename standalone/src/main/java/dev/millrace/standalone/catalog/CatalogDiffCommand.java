package dev.millrace.standalone.catalog;

import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.option.ConfigOption;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace catalog diff}: compares the prices of the configuration with a price list. */
@Command(
        name = "diff",
        description =
                "Compares the prices of the configuration with those of a file, by provider and the"
                        + " provider's name of the model.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no price differs",
            "1:the command failed",
            "2:wrong usage or configuration",
            "3:some prices differ"
        })
final class CatalogDiffCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "FILE",
            description = "A catalog, or a price list of LiteLLM or models.dev.")
    private Path file = Path.of("");

    @Mixin private ConfigOption configOption = new ConfigOption();

    @Override
    public Integer call() {
        var listed = ConfigOption.catalog(file);
        var differences =
                PriceDifferences.of(configOption.loadWithoutKeys().catalog(), listed.models());
        Terminal terminal = Terminal.system();
        differences.lines().forEach(terminal.out()::println);
        terminal.say(
                differences.compared()
                        + " models compared, "
                        + differences.lines().size()
                        + " prices differ");
        return differences.lines().isEmpty() ? ExitCode.OK : ExitCode.SOME_FAILED;
    }
}
