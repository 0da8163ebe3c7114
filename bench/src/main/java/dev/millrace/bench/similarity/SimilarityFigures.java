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
record SimilarityFigures(List<SearchRow> rows, List<EntryHeap> heaps) {
    private static final double PERCENT = 100;
    private static final double MEGABYTE = 1e6;

    SimilarityFigures {
        rows = List.copyOf(rows);
        heaps = List.copyOf(heaps);
    }

    /** Returns the figures as text. */
    String text() {
        return (rows.isEmpty() ? "" : searches() + "\n") + memory();
    }

    private TextTable memory() {
        var table = new TextTable(0, "entries", "heap MB", "bytes each");
        for (EntryHeap heap : heaps) {
            table.addRow(
                    String.format(Locale.ROOT, "%,d", heap.entries()),
                    String.format(Locale.ROOT, "%,.0f", heap.bytes() / MEGABYTE),
                    String.format(Locale.ROOT, "%,.0f", heap.bytesPerEntry()));
        }
        return table;
    }

    private TextTable searches() {
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
        return table;
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
        ArrayNode heap = node.putArray("heap");
        heaps.forEach(it -> heap.addObject().put("entries", it.entries()).put("bytes", it.bytes()));
        return node.toString();
    }

    private static void put(ObjectNode node, LatencyPercentiles times) {
        node.put("p50", JsonFigures.rounded(times.p50()))
                .put("p99", JsonFigures.rounded(times.p99()));
    }
}
