package dev.millrace.bench.router;

import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.figures.ThroughputInterval;
import dev.millrace.bench.report.TextTable;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Formats the figures as text tables. */
record RouterText(RouterFigures figures) {
    private static final String NOT_MEASURED = "-";

    @Override
    public String toString() {
        var text = new StringBuilder();
        text.append("A backlog\n\n").append(backlogs()).append('\n');
        text.append("From submission to a committed reader\n\n").append(latencies()).append('\n');
        text.append("Classification, 200 words\n\n").append(classification()).append('\n');
        text.append("Targets\n\n").append(targets()).append('\n');
        figures.problems().forEach(it -> text.append("PROBLEM ").append(it).append('\n'));
        return text.toString();
    }

    private TextTable backlogs() {
        var table = new TextTable(1, "", "requests/s", "CPU µs/request");
        figures.backlogs()
                .forEach(
                        it ->
                                table.addRow(
                                        it.contender().title(),
                                        figure(
                                                "%,.0f",
                                                it.steady(), ThroughputInterval::jobsPerSecond),
                                        figure(
                                                "%,.1f",
                                                it.steady(), ThroughputInterval::cpuMicrosPerJob)));
        return table;
    }

    private TextTable latencies() {
        var table = new TextTable(1, "", "requests/s", "P50 ms", "P95 ms", "P99 ms");
        figures.latencies()
                .forEach(
                        it ->
                                table.addRow(
                                        it.contender().title(),
                                        String.format(Locale.ROOT, "%,d", it.perSecond()),
                                        figure("%,.1f", it.percentiles(), LatencyPercentiles::p50),
                                        figure("%,.1f", it.percentiles(), LatencyPercentiles::p95),
                                        figure(
                                                "%,.1f",
                                                it.percentiles(), LatencyPercentiles::p99)));
        return table;
    }

    private TextTable classification() {
        var table = new TextTable(1, "", "P50 µs", "P99 µs", "bytes/request");
        addRow(table, "parse the line", figures.classification().parse());
        addRow(table, "classify", figures.classification().classify());
        return table;
    }

    private static void addRow(TextTable table, String name, ClassifyCost.Step step) {
        table.addRow(
                name,
                String.format(Locale.ROOT, "%,.1f", step.p50Micros()),
                String.format(Locale.ROOT, "%,.1f", step.p99Micros()),
                String.format(Locale.ROOT, "%,d", step.bytes()));
    }

    private TextTable targets() {
        var table = new TextTable(1, "Millrace", "measured", "target", "");
        RouterTarget.of(figures)
                .forEach(
                        it ->
                                table.addRow(
                                        it.metric(),
                                        String.format(Locale.ROOT, "%,.2f", it.measured()),
                                        it.boundText(),
                                        it.isMet() ? "met" : "not met"));
        return table;
    }

    private static <T> String figure(String format, Optional<T> source, ToDoubleFunction<T> value) {
        return source.map(it -> String.format(Locale.ROOT, format, value.applyAsDouble(it)))
                .orElse(NOT_MEASURED);
    }
}
