package dev.millrace.bench.similarity;

import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.report.JsonFigures;
import dev.millrace.bench.report.TextTable;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** All figures of {@code bench similarity}. */
record SimilarityFigures(List<SearchRow> rows) {
    private static final double PERCENT = 100;

    SimilarityFigures {
        rows = List.copyOf(rows);
    }

    /** Returns the figures as text. */
    String text() {
        var table =
                new TextTable(
                        1,
                        "index",
                        "entries",
                        "search P50 ms",
                        "P99 ms",
                        "add P50 ms",
                        "P99 ms",
                        "found %",
                        "MB");
        for (SearchRow row : rows) {
            table.addRow(
                    row.index(),
                    String.format(Locale.ROOT, "%,d", row.entries()),
                    millis(row.search().p50()),
                    millis(row.search().p99()),
                    millis(row.add().p50()),
                    millis(row.add().p99()),
                    String.format(Locale.ROOT, "%.2f", PERCENT * row.found()),
                    String.format(Locale.ROOT, "%.0f", row.megabytes()));
        }
        return table.toString();
    }

    private static String millis(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    /** Returns the figures as one JSON object. */
    String json() {
        ObjectNode node = new JsonMapper().createObjectNode();
        ArrayNode all = node.putArray("searches");
        for (SearchRow row : rows) {
            ObjectNode it = all.addObject().put("index", row.index()).put("entries", row.entries());
            put(it.putObject("search_ms"), row.search());
            put(it.putObject("add_ms"), row.add());
            it.put("found", JsonFigures.rounded(row.found()))
                    .put("megabytes", JsonFigures.rounded(row.megabytes()));
        }
        return node.toString();
    }

    private static void put(ObjectNode node, LatencyPercentiles times) {
        node.put("p50", JsonFigures.rounded(times.p50()))
                .put("p99", JsonFigures.rounded(times.p99()));
    }
}
