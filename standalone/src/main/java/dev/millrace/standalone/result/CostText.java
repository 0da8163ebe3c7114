package dev.millrace.standalone.result;

import dev.millrace.contracts.money.Usd;
import dev.millrace.gateway.figures.CostDimension;
import dev.millrace.gateway.figures.CostGroup;
import dev.millrace.gateway.figures.Percentiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Formats costs as a table. */
final class CostText {
    private static final List<String> FIGURES =
            List.of(
                    "jobs",
                    "cached",
                    "tokens in",
                    "tokens out",
                    "cost USD",
                    "uncertain USD",
                    "saved USD");

    private static final List<String> FIGURES_OF_ARMS = List.of("errors", "P50 ms", "P95 ms");

    private CostText() {}

    /** Returns a line for each model whose stated costs show that its catalog prices are wrong. */
    static List<String> wrongPrices(
            SequencedSet<CostDimension> dimensions, List<CostGroup> groups) {
        return groups.stream()
                .filter(it -> dimensions.contains(CostDimension.MODEL))
                .filter(it -> Usd.differ(it.costUsd(), it.catalogUsd()))
                .map(
                        it ->
                                "%s: the provider stated %s USD, the catalog has %s USD; correct the price"
                                        .formatted(
                                                it.key().stream()
                                                        .filter(Objects::nonNull)
                                                        .collect(Collectors.joining(", ")),
                                                Usd.text(it.costUsd()),
                                                Usd.text(it.catalogUsd())))
                .toList();
    }

    /** Returns the lines of a table with a row for each group and their total. */
    static List<String> of(
            SequencedSet<CostDimension> dimensions, List<CostGroup> groups, CostGroup total) {
        int keys = dimensions.size();
        var rows = new ArrayList<List<String>>();
        var header = new ArrayList<>(dimensions.stream().map(CostDimension::word).toList());
        header.addAll(FIGURES);
        boolean isOfArms = CostDimension.compareArms(dimensions);
        if (isOfArms) {
            header.addAll(FIGURES_OF_ARMS);
        }
        rows.add(header);
        groups.forEach(
                group ->
                        rows.add(
                                row(
                                        group.key().stream()
                                                .map(it -> Objects.requireNonNullElse(it, "–"))
                                                .toList(),
                                        group,
                                        isOfArms ? arms(group) : List.of())));
        rows.add(
                row(
                        IntStream.range(0, keys).mapToObj(it -> it == 0 ? "total" : "").toList(),
                        total,
                        isOfArms ? List.of(number(total.errors()), "", "") : List.of()));
        return lines(rows, keys);
    }

    private static List<String> arms(CostGroup group) {
        Percentiles latency = group.latency();
        return List.of(number(group.errors()), number(latency.p50Ms()), number(latency.p95Ms()));
    }

    private static List<String> row(List<String> key, CostGroup costs, List<String> ofArms) {
        var row = new ArrayList<>(key);
        row.add(number(costs.jobs()));
        row.add(number(costs.cachedJobs()));
        row.add(number(costs.usage().inputTokens()));
        row.add(number(costs.usage().outputTokens()));
        row.add(Usd.text(costs.costUsd()));
        row.add(Usd.text(costs.uncertainUsd()));
        row.add(Usd.text(costs.savedUsd()));
        row.addAll(ofArms);
        return row;
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** Aligns the keys to the left and the figures to the right. */
    private static List<String> lines(List<List<String>> rows, int keys) {
        int columns = rows.getFirst().size();
        int[] widths =
                IntStream.range(0, columns)
                        .map(
                                column ->
                                        rows.stream()
                                                .mapToInt(it -> it.get(column).length())
                                                .max()
                                                .orElse(0))
                        .toArray();
        return rows.stream()
                .map(
                        row ->
                                IntStream.range(0, columns)
                                        .mapToObj(
                                                column ->
                                                        ("%"
                                                                        + (column < keys ? "-" : "")
                                                                        + Math.max(
                                                                                1, widths[column])
                                                                        + "s")
                                                                .formatted(row.get(column)))
                                        .collect(Collectors.joining("  ")))
                .toList();
    }
}
