package dev.millrace.bench.quota;

import dev.millrace.bench.report.JsonFigures;
import dev.millrace.bench.report.TextTable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * All figures of {@code bench quota}.
 *
 * @param workers use of a configured limit by number of workers, then over all of the time
 * @param searches searches for a limit that nobody configured
 * @param batches use of a configured limit by batch
 * @param models use of a provider's limit by number of models with jobs, then over all of the time
 * @param problems workers that ended early, missing calls and jobs that were billed twice
 */
record QuotaFigures(
        List<UseRow> workers,
        List<LimitSearch> searches,
        List<UseRow> batches,
        List<UseRow> models,
        List<String> problems) {
    private static final double PERCENT = 100;
    private static final double MILLIS_PER_SECOND = 1_000;
    private static final double MIN_USE = 0.98;
    private static final double MIN_BATCH_USE = 0.97;
    private static final double MAX_THROTTLED = 0.001;
    private static final Duration MAX_SEARCH = Duration.ofMinutes(1);

    QuotaFigures {
        workers = List.copyOf(workers);
        searches = List.copyOf(searches);
        batches = List.copyOf(batches);
        models = List.copyOf(models);
        problems = List.copyOf(problems);
    }

    /** Returns true when no worker ended early and no job was missing or billed twice. */
    boolean isGood() {
        return problems.isEmpty();
    }

    /** Returns the figures as text tables. */
    String text() {
        var text = new StringBuilder();
        if (!workers.isEmpty()) {
            text.append(useTable("workers", workers, MIN_USE)).append('\n');
        }
        if (!searches.isEmpty()) {
            text.append(searchTable()).append('\n');
        }
        if (!batches.isEmpty()) {
            text.append(useTable("batch", batches, MIN_BATCH_USE)).append('\n');
        }
        if (!models.isEmpty()) {
            text.append(useTable("models", models, MIN_USE)).append('\n');
        }
        problems.forEach(it -> text.append("PROBLEM ").append(it).append('\n'));
        return text.toString();
    }

    private static TextTable useTable(String title, List<UseRow> rows, double minUse) {
        var table =
                new TextTable(
                        1,
                        title,
                        "seconds",
                        "calls",
                        "use %",
                        "",
                        "429s",
                        "429s %",
                        "",
                        "stolen %");
        for (UseRow row : rows) {
            table.addRow(
                    row.name(),
                    number(seconds(row.time()), 1),
                    Integer.toString(row.answered()),
                    percent(row.use()),
                    outcome("≥ " + number(PERCENT * minUse, 0), row.use() >= minUse),
                    Integer.toString(row.throttled()),
                    percent(row.throttledShare()),
                    outcome("≤ 0.1", row.throttledShare() <= MAX_THROTTLED),
                    row.stolen().isPresent() ? percent(row.stolen().getAsDouble()) : "");
        }
        return table;
    }

    private TextTable searchTable() {
        var table =
                new TextTable(1, "unknown limit", "found after s", "", "429s", "use % after", "");
        for (LimitSearch row : searches) {
            table.addRow(
                    row.name(),
                    row.found().map(it -> number(seconds(it), 1)).orElse("not found"),
                    outcome("≤ 60", isFoundInTime(row)),
                    Integer.toString(row.throttled()),
                    percent(row.after().use()),
                    outcome("≥ 98", row.after().use() >= MIN_USE));
        }
        return table;
    }

    private static boolean isFoundInTime(LimitSearch row) {
        return row.found().filter(it -> it.compareTo(MAX_SEARCH) <= 0).isPresent();
    }

    private static String outcome(String target, boolean isMet) {
        return target + (isMet ? " met" : " not met");
    }

    private static String percent(double part) {
        return number(PERCENT * part, 2);
    }

    private static String number(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    private static double seconds(Duration time) {
        return time.toMillis() / MILLIS_PER_SECOND;
    }

    /** Returns the figures as one JSON object. */
    String json() {
        ObjectNode node = new JsonMapper().createObjectNode();
        ArrayNode byWorkers = node.putArray("workers");
        workers.forEach(it -> put(byWorkers.addObject(), it));
        ArrayNode bySearch = node.putArray("searches");
        for (LimitSearch search : searches) {
            ObjectNode it = bySearch.addObject().put("name", search.name());
            JsonFigures.put(it, "found_s", search.found(), QuotaFigures::seconds);
            it.put("throttled", search.throttled());
            put(it.putObject("after"), search.after());
        }
        ArrayNode byBatch = node.putArray("batches");
        batches.forEach(it -> put(byBatch.addObject(), it));
        ArrayNode byModels = node.putArray("models");
        models.forEach(it -> put(byModels.addObject(), it));
        problems.forEach(node.putArray("problems")::add);
        return node.put("good", isGood()).toString();
    }

    private static void put(ObjectNode node, UseRow row) {
        node.put("name", row.name())
                .put("seconds", JsonFigures.rounded(seconds(row.time())))
                .put("answered", row.answered())
                .put("throttled", row.throttled())
                .put("use", JsonFigures.rounded(row.use()));
        row.stolen().ifPresent(it -> node.put("stolen", JsonFigures.rounded(it)));
    }
}
