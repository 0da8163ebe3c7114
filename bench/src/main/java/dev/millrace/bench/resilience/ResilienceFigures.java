package dev.millrace.bench.resilience;

import dev.millrace.bench.report.JsonFigures;
import dev.millrace.bench.report.TextTable;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** All figures of {@code bench resilience}. */
record ResilienceFigures(List<StrategyRow> rows) {
    private static final double PERCENT = 100;

    ResilienceFigures {
        rows = List.copyOf(rows);
    }

    /** Returns true when each strategy produced exactly one result for each job. */
    boolean isGood() {
        return rows.stream().allMatch(it -> it.problem().isEmpty());
    }

    /** Returns the figures as a text table. */
    String text() {
        var table =
                new TextTable(
                        1, "strategy", "success %", "", "mean ms", "P95 ms", "overhead %", "calls");
        rows.forEach(
                it ->
                        table.addRow(
                                it.strategy().title(),
                                percent(it.success(), 2),
                                target(it),
                                number(it.meanMillis(), 0),
                                number(it.p95Millis(), 0),
                                percent(it.overhead(), 1),
                                Long.toString(it.calls())));
        var text = new StringBuilder().append(table);
        rows.forEach(
                row ->
                        row.problem()
                                .ifPresent(
                                        it ->
                                                text.append(
                                                        "PROBLEM %s: %s%n"
                                                                .formatted(
                                                                        row.strategy().title(),
                                                                        it))));
        return text.toString();
    }

    private static String target(StrategyRow row) {
        double target = row.strategy().target();
        return "≥ " + percent(target, 1) + (row.success() >= target ? " met" : " not met");
    }

    private static String percent(double part, int digits) {
        return number(PERCENT * part, digits);
    }

    private static String number(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** Returns the figures as one JSON object. */
    String json() {
        ObjectNode node = new JsonMapper().createObjectNode();
        var all = node.putArray("strategies");
        for (StrategyRow row : rows) {
            ObjectNode it =
                    all.addObject()
                            .put("name", row.strategy().key())
                            .put("jobs", row.jobs())
                            .put("success", JsonFigures.rounded(row.success()))
                            .put("mean_ms", JsonFigures.rounded(row.meanMillis()))
                            .put("p95_ms", JsonFigures.rounded(row.p95Millis()))
                            .put("overhead", JsonFigures.rounded(row.overhead()))
                            .put("calls", row.calls());
            row.problem().ifPresent(problem -> it.put("problem", problem));
        }
        return node.put("good", isGood()).toString();
    }
}
