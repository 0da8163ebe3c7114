package dev.millrace.bench.retrieval;

import dev.millrace.bench.report.JsonFigures;
import dev.millrace.bench.report.TextTable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * All figures of {@code bench retrieval}.
 *
 * @param indexing of passages of the default size, unless it is left out; last, of the large index
 * @param collections what many open collections cost; empty if they are not measured
 * @param starts times of starting processes
 * @param problems what is wrong with the index; empty if it is complete
 */
record RetrievalFigures(
        List<IndexTimes> indexing,
        SearchTimes searches,
        Memory memory,
        Starts starts,
        Optional<Collections> collections,
        List<String> problems) {
    private static final double PERCENT = 100;
    private static final double MILLIS_PER_SECOND = 1_000;

    /**
     * Memory of the process with the large index, and its folder.
     *
     * @param heapMib heap in use after a full collection
     * @param residentMib peak resident memory, with pages of the index; 0 if it is unknown
     */
    record Memory(long heapMib, long residentMib, long diskMib) {}

    /**
     * Many small collections of one process.
     *
     * @param count number of collections
     * @param heapMib heap in use after a full collection, beyond that of one collection
     * @param residentMib peak resident memory; 0 if it is unknown
     */
    record Collections(
            int count, long heapMib, long residentMib, CollectionsProgram.Handles handles) {}

    /**
     * Times from the start of a process.
     *
     * @param rebuilt until a process without an index has indexed all documents
     * @param restarted until a process with the index of a killed one has all documents
     */
    record Starts(Duration rebuilt, Duration restarted) {}

    RetrievalFigures {
        indexing = List.copyOf(indexing);
        problems = List.copyOf(problems);
    }

    boolean isGood() {
        return problems.isEmpty();
    }

    /** Returns the figures as text. */
    String text() {
        return indexTable()
                + "\n"
                + searchTable()
                + "\n"
                + memoryTable()
                + collections.map(it -> "\n" + text(it)).orElse("")
                + String.join("", problems.stream().map(it -> "\nwrong: " + it + "\n").toList());
    }

    private String indexTable() {
        var table =
                new TextTable(
                        0,
                        "passages",
                        "tokens",
                        "passages/s",
                        "seconds",
                        "embedding %",
                        "counting tokens %");
        for (IndexTimes it : indexing) {
            table.addRow(
                    number("%,d", it.passages()),
                    number("%.0f", it.tokens()),
                    number("%,.0f", it.passagesPerSecond()),
                    number("%.1f", it.seconds()),
                    number("%.1f", PERCENT * it.embeddingShare()),
                    number("%.1f", PERCENT * it.countingShare()));
        }
        return table.toString();
    }

    private String searchTable() {
        var table = new TextTable(1, "search", "P50 ms", "P99 ms");
        for (SearchWay way : SearchWay.values()) {
            var times = searches.millis().get(way);
            if (times != null) {
                table.addRow(way.title(), number("%.2f", times.p50()), number("%.2f", times.p99()));
            }
        }
        return table + number("found %%: %.1f", PERCENT * searches.found()) + "\n";
    }

    private String memoryTable() {
        var table = new TextTable(1, "process", "");
        table.addRow("live heap MiB", number("%d", memory.heapMib()));
        table.addRow("peak resident MiB", number("%d", memory.residentMib()));
        table.addRow("index on disk MiB", number("%d", memory.diskMib()));
        table.addRow("rebuilt after a loss s", seconds(starts.rebuilt()));
        table.addRow("restarted after a kill s", seconds(starts.restarted()));
        return table.toString();
    }

    private static String text(Collections it) {
        var table = new TextTable(1, number("%,d small collections", it.count()), "");
        table.addRow("live heap MiB", number("%d", it.heapMib()));
        table.addRow("peak resident MiB", number("%d", it.residentMib()));
        table.addRow("open files", number("%,d", it.handles().files()));
        table.addRow("memory maps", number("%,d", it.handles().maps()));
        return table.toString();
    }

    private static String seconds(Duration time) {
        return number("%.1f", time.toMillis() / MILLIS_PER_SECOND);
    }

    private static String number(String format, Object value) {
        return String.format(Locale.ROOT, format, value);
    }

    /** Returns the figures as one JSON object. */
    String json() {
        ObjectNode node = new JsonMapper().createObjectNode();
        var rates = node.putArray("indexing");
        for (IndexTimes it : indexing) {
            rates.addObject()
                    .put("passages", it.passages())
                    .put("tokens", JsonFigures.rounded(it.tokens()))
                    .put("passages_per_s", JsonFigures.rounded(it.passagesPerSecond()))
                    .put("seconds", JsonFigures.rounded(it.seconds()))
                    .put("embedding", JsonFigures.rounded(it.embeddingShare()))
                    .put("counting_tokens", JsonFigures.rounded(it.countingShare()));
        }
        ObjectNode times = node.putObject("search_ms");
        searches.millis()
                .forEach(
                        (way, it) ->
                                times.putObject(way.key())
                                        .put("p50", JsonFigures.rounded(it.p50()))
                                        .put("p99", JsonFigures.rounded(it.p99())));
        node.put("found", JsonFigures.rounded(searches.found()))
                .put("live_heap_mib", memory.heapMib())
                .put("peak_resident_mib", memory.residentMib())
                .put("disk_mib", memory.diskMib())
                .put(
                        "rebuilt_s",
                        JsonFigures.rounded(starts.rebuilt().toMillis() / MILLIS_PER_SECOND))
                .put(
                        "restarted_s",
                        JsonFigures.rounded(starts.restarted().toMillis() / MILLIS_PER_SECOND));
        collections.ifPresent(
                it ->
                        node.putObject("collections")
                                .put("count", it.count())
                                .put("live_heap_mib", it.heapMib())
                                .put("peak_resident_mib", it.residentMib())
                                .put("files", it.handles().files())
                                .put("maps", it.handles().maps()));
        problems.forEach(node.putArray("problems")::add);
        return node.put("good", isGood()).toString();
    }
}
