package dev.millrace.standalone.catalog;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.PriceSource;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the models whose prices are possibly outdated. */
public final class StalePrices {
    private StalePrices() {}

    /**
     * Returns the lines to print, a heading first; none if every price is current. Prices without a
     * source, which are the user's own, are not judged.
     *
     * @param today the present day
     */
    public static List<String> lines(Collection<Model> models, LocalDate today) {
        List<String> stale = models.stream().flatMap(model -> line(model, today).stream()).toList();
        return stale.isEmpty()
                ? List.of()
                : Stream.concat(
                                Stream.of(
                                        "Prices that may be outdated; compare them with their"
                                                + " source, and set models.*.price if they differ:"),
                                stale.stream())
                        .toList();
    }

    private static Optional<String> line(Model model, LocalDate today) {
        return model.price()
                .source()
                .flatMap(
                        source ->
                                source.staleness(today).map(reason -> line(model, source, reason)));
    }

    private static String line(Model model, PriceSource source, String reason) {
        return "  " + model.name() + ": " + reason + ", " + source.location();
    }
}
