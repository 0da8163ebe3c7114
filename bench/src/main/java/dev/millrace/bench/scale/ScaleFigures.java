package dev.millrace.bench.scale;

import dev.millrace.bench.report.JsonFigures;
import dev.millrace.bench.report.TextTable;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** All that was measured. */
record ScaleFigures(List<ScaleRow> rows) {
    private static final double PERCENT = 100;

    ScaleFigures {
        rows = List.copyOf(rows);
    }

    /** Returns true when each backlog ended in exactly the results of its jobs. */
    boolean isGood() {
        return rows.stream().allMatch(it -> it.problem().isEmpty());
    }

    /** Returns the figures for a person. */
    String text() {
        var table = new TextTable(1, "workers", "difference %", "", "slots in use %", "");
        rows.forEach(
                it ->
                        table.row(
                                it.name(),
                                percent(it.difference()),
                                reached("< 10", it.isEven()),
                                percent(it.use()),
                                reached("≥ 95", it.isUsed())));
        var text = new StringBuilder().append(table);
        rows.forEach(
                row ->
                        row.problem()
                                .ifPresent(
                                        it ->
                                                text.append(
                                                        "PROBLEM %s: %s%n"
                                                                .formatted(row.name(), it))));
        return text.toString();
    }

    private static String percent(double part) {
        return String.format(Locale.ROOT, "%.1f", PERCENT * part);
    }

    private static String reached(String aim, boolean isReached) {
        return aim + (isReached ? " reached" : " not reached");
    }

    /** Returns the figures for a machine: one JSON object. */
    String json() {
        ObjectNode node = new JsonMapper().createObjectNode();
        var all = node.putArray("workers");
        for (ScaleRow row : rows) {
            ObjectNode it = all.addObject().put("name", row.name());
            it.put("largest_difference", JsonFigures.rounded(row.difference()))
                    .put("slots_in_use", JsonFigures.rounded(row.use()))
                    .put("even", row.isEven())
                    .put("used", row.isUsed());
            row.problem().ifPresent(problem -> it.put("problem", problem));
        }
        return node.put("good", isGood()).toString();
    }
}
