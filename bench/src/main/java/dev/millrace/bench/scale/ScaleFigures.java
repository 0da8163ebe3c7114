package dev.millrace.bench.scale;

import dev.millrace.bench.report.JsonFigures;
import dev.millrace.bench.report.TextTable;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** All figures of {@code bench scale}. */
record ScaleFigures(List<ScaleRow> rows) {
    private static final double PERCENT = 100;

    ScaleFigures {
        rows = List.copyOf(rows);
    }

    /** Returns true when each backlog produced exactly one result for each job. */
    boolean isGood() {
        return rows.stream().allMatch(it -> it.problem().isEmpty());
    }

    /** Returns the figures as a text table. */
    String text() {
        var table = new TextTable(1, "workers", "difference %", "", "slots in use %", "");
        rows.forEach(
                it ->
                        table.addRow(
                                it.name(),
                                percent(it.skew()),
                                outcome("< 10", it.isEven()),
                                percent(it.utilization()),
                                outcome("≥ 95", it.isUtilized())));
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

    private static String outcome(String target, boolean isMet) {
        return target + (isMet ? " met" : " not met");
    }

    /** Returns the figures as one JSON object. */
    String json() {
        ObjectNode node = new JsonMapper().createObjectNode();
        var all = node.putArray("workers");
        for (ScaleRow row : rows) {
            ObjectNode it = all.addObject().put("name", row.name());
            it.put("largest_difference", JsonFigures.rounded(row.skew()))
                    .put("slots_in_use", JsonFigures.rounded(row.utilization()))
                    .put("even", row.isEven())
                    .put("used", row.isUtilized());
            row.problem().ifPresent(problem -> it.put("problem", problem));
        }
        return node.put("good", isGood()).toString();
    }
}
