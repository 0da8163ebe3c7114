package dev.millrace.bench.resilience;

import dev.millrace.bench.report.JsonFigures;
import dev.millrace.bench.report.TextTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * All figures of {@code bench resilience}. A part that was not measured is empty.
 *
 * @param retries transient errors, by strategy
 * @param outage a provider that is down, by strategy
 * @param faults faults of the provider, with the worker's defaults
 */
record ResilienceFigures(List<StrategyRow> retries, List<FaultRow> outage, List<FaultRow> faults) {
    private static final double PERCENT = 100;
    private static final double MILLIS_PER_SECOND = 1_000;
    private static final String NOT_MEASURED = "-";

    ResilienceFigures {
        retries = List.copyOf(retries);
        outage = List.copyOf(outage);
        faults = List.copyOf(faults);
    }

    /** Returns true when each measured worker produced exactly one result for each job. */
    boolean isGood() {
        return problems().isEmpty();
    }

    private List<String> problems() {
        var all = new ArrayList<String>();
        retries.forEach(it -> addProblem(all, it.strategy().title(), it.problem()));
        Stream.concat(outage.stream(), faults.stream())
                .forEach(it -> addProblem(all, it.what().title(), it.problem()));
        return all;
    }

    private static void addProblem(List<String> all, String title, Optional<String> problem) {
        problem.ifPresent(it -> all.add(title + ": " + it));
    }

    /** Returns the figures as text tables. */
    String text() {
        var text = new StringBuilder();
        if (!retries.isEmpty()) {
            text.append(retryTable()).append('\n');
        }
        if (!outage.isEmpty()) {
            text.append(faultTable("outage", outage, it -> it.strategy().title())).append('\n');
        }
        if (!faults.isEmpty()) {
            text.append(faultTable("fault", faults, it -> it.fault().title())).append('\n');
        }
        problems().forEach(it -> text.append("PROBLEM ").append(it).append('\n'));
        return text.toString();
    }

    private TextTable retryTable() {
        var table =
                new TextTable(
                        1, "strategy", "success %", "", "mean ms", "P95 ms", "overhead %", "calls");
        for (StrategyRow row : retries) {
            double target = row.strategy().target();
            table.addRow(
                    row.strategy().title(),
                    number(PERCENT * row.success(), 2),
                    outcome("≥ " + number(PERCENT * target, 1), row.success() >= target),
                    number(row.meanMillis(), 0),
                    number(row.p95Millis(), 0),
                    number(PERCENT * row.overhead(), 1),
                    Long.toString(row.calls()));
        }
        return table;
    }

    private static TextTable faultTable(
            String title, List<FaultRow> rows, Function<FaultCase, String> name) {
        var table =
                new TextTable(
                        1, title, "jobs", "failed", "", "calls meanwhile", "done after repair s");
        for (FaultRow row : rows) {
            table.addRow(
                    name.apply(row.what()),
                    Integer.toString(row.jobs()),
                    Integer.toString(row.failed()),
                    outcome("0", row.failed() == 0),
                    row.calls().isPresent() ? Long.toString(row.calls().getAsLong()) : NOT_MEASURED,
                    number(seconds(row.afterRepair()), 1));
        }
        return table;
    }

    private static String outcome(String target, boolean isMet) {
        return target + (isMet ? " met" : " not met");
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
        ArrayNode strategies = node.putArray("strategies");
        for (StrategyRow row : retries) {
            strategies
                    .addObject()
                    .put("name", row.strategy().key())
                    .put("jobs", row.jobs())
                    .put("success", JsonFigures.rounded(row.success()))
                    .put("mean_ms", JsonFigures.rounded(row.meanMillis()))
                    .put("p95_ms", JsonFigures.rounded(row.p95Millis()))
                    .put("overhead", JsonFigures.rounded(row.overhead()))
                    .put("calls", row.calls());
        }
        ArrayNode duringOutage = node.putArray("outage");
        outage.forEach(it -> put(duringOutage.addObject(), it));
        ArrayNode duringFaults = node.putArray("faults");
        faults.forEach(it -> put(duringFaults.addObject(), it));
        problems().forEach(node.putArray("problems")::add);
        return node.put("good", isGood()).toString();
    }

    private static void put(ObjectNode node, FaultRow row) {
        node.put("fault", row.what().fault().key())
                .put("strategy", row.what().strategy().key())
                .put("jobs", row.jobs())
                .put("failed", row.failed());
        row.calls().ifPresent(it -> node.put("calls", it));
        node.put("after_repair_s", JsonFigures.rounded(seconds(row.afterRepair())));
    }
}
