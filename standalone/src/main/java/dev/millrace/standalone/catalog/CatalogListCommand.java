package dev.millrace.standalone.catalog;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.PriceSource;
import dev.millrace.contracts.money.Usd;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.option.ConfigOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace catalog list}: prints models with their prices and sources. */
@Command(
        name = "list",
        description =
                "Prints models with their prices in USD per million tokens, and when and where each"
                        + " price was stated.")
final class CatalogListCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description =
                    "A catalog, or a price list of LiteLLM or models.dev; default: the models of"
                            + " the configuration.")
    private @Nullable Path file;

    @Option(
            names = "--provider",
            paramLabel = "NAME",
            description = "Only models of this provider; repeatable.")
    private List<String> providers = List.of();

    @Mixin private ConfigOption configOption = new ConfigOption();

    @Override
    public Integer call() {
        Path source = file;
        Catalog catalog =
                source == null
                        ? configOption.loadWithoutKeys().catalog()
                        : ConfigOption.catalog(source);
        var out = Terminal.system().out();
        out.println(
                row("model", "provider", "input", "cached", "output", "tiers, hours", "stated"));
        catalog.models().stream()
                .filter(it -> providers.isEmpty() || providers.contains(it.provider()))
                .forEach(it -> out.println(row(it)));
        return ExitCode.OK;
    }

    private static String row(Model model) {
        Price price = model.price();
        List<String> others = new ArrayList<>(price.tiers().keySet());
        price.hours().ifPresent(it -> others.addAll(it.periods().keySet()));
        return row(
                model.name(),
                model.provider(),
                Usd.text(price.input()),
                Usd.text(price.cachedInput()),
                Usd.text(price.output()),
                others.isEmpty() ? "-" : String.join(",", others),
                price.source().map(CatalogListCommand::stated).orElse("-"));
    }

    private static String stated(PriceSource source) {
        return source.date() + " " + source.location();
    }

    private static String row(
            String model,
            String provider,
            String input,
            String cached,
            String output,
            String others,
            String stated) {
        return String.format(
                Locale.ROOT,
                "%-28s %-10s %9s %9s %9s  %-30s %s",
                model,
                provider,
                input,
                cached,
                output,
                others,
                stated);
    }
}
