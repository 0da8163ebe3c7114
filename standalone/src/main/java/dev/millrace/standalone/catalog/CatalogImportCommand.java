package dev.millrace.standalone.catalog;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.SimilarNames;
import dev.millrace.pricelist.PriceList;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace catalog import}: prints models of a price list as entries of a configuration. */
@Command(
        name = "import",
        description =
                "Prints models of a price list of LiteLLM or models.dev as the section models of a"
                        + " configuration, with every price to its last digit. Says which fields"
                        + " with prices it does not know, and what it skips.")
final class CatalogImportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The price list.")
    private Path file = Path.of("");

    @Option(
            names = "--provider",
            paramLabel = "NAME",
            description = "Only models of this provider; repeatable.")
    private List<String> providers = List.of();

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "Only this model, by its name in the list; repeatable.")
    private List<String> names = List.of();

    @Override
    public Integer call() {
        PriceList list = PriceList.load(file);
        for (String name : names) {
            if (!list.models().containsKey(name)) {
                throw UserError.usage(
                        "The list has no model \""
                                + name
                                + "\""
                                + SimilarNames.text(name, list.models().keySet()));
            }
        }
        List<Model> models =
                list.models().values().stream()
                        .filter(it -> names.isEmpty() || names.contains(it.name()))
                        .filter(it -> providers.isEmpty() || providers.contains(it.provider()))
                        .toList();
        if (models.isEmpty()) {
            throw UserError.usage("The list has no such model");
        }
        Terminal terminal = Terminal.system();
        terminal.out().print(CatalogYaml.of(models));
        terminal.say(models.size() + " models");
        report(terminal, "fields with prices that were not read: ", list.unknownFields());
        report(terminal, "skipped: ", list.skipped());
        return ExitCode.OK;
    }

    private static void report(Terminal terminal, String what, SortedMap<String, Integer> counts) {
        if (!counts.isEmpty()) {
            terminal.say(
                    what
                            + counts.entrySet().stream()
                                    .map(it -> it.getKey() + " (" + it.getValue() + ")")
                                    .collect(Collectors.joining(", ")));
        }
    }
}
