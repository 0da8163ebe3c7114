package dev.millrace.bench.report;

import dev.millrace.bench.contender.Contender;
import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.figures.ThroughputInterval;
import dev.millrace.bench.process.PeakMemory;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Formats the figures as text tables. */
public record WorkerText(WorkerFigures figures) {
    private static final String NOT_MEASURED = "-";
    private static final double PERCENT = 100;

    @Override
    public String toString() {
        var text = new StringBuilder();
        section(text, "Throughput", figures.throughput().isEmpty(), throughput());
        section(text, "Share of the ideal, 1 s a call", figures.ideal().isEmpty(), ideal());
        section(
                text,
                "From submission to a committed reader, without work",
                figures.latency().isEmpty(),
                latency());
        section(
                text,
                "Throughput without work, by configured limits",
                figures.limits().isEmpty(),
                limits());
        List<Target> targets = WorkerTargets.of(figures);
        section(text, "Targets", targets.isEmpty(), targets(targets));
        figures.problems().forEach(it -> text.append("PROBLEM ").append(it).append('\n'));
        return text.toString();
    }

    private static void section(
            StringBuilder text, String title, boolean isEmpty, TextTable table) {
        if (!isEmpty) {
            text.append(title).append("\n\n").append(table).append('\n');
        }
    }

    private TextTable throughput() {
        var table =
                new TextTable(
                        2,
                        "work",
                        "contender",
                        "at once",
                        "jobs",
                        "jobs/s",
                        "CPU µs/job",
                        "heap MiB",
                        "resident MiB");
        for (ThroughputRow row : figures.throughput()) {
            ContenderResult result = row.result();
            PeakMemory memory = result.memory();
            table.addRow(
                    row.measurement().key(),
                    row.contender().title(),
                    whole(row.concurrency()),
                    whole(result.jobs()),
                    figure("%,.0f", result.steady(), ThroughputInterval::jobsPerSecond),
                    figure("%,.1f", result.steady(), ThroughputInterval::cpuMicrosPerJob),
                    whole(memory.heapMib()),
                    whole(memory.residentMib()));
        }
        return table;
    }

    private TextTable ideal() {
        var table =
                new TextTable(
                        1,
                        "calls",
                        "in flight",
                        "jobs/s",
                        "share %",
                        "CPU µs/call",
                        "live heap MiB",
                        "heap MiB",
                        "resident MiB");
        for (IdealRow row : figures.ideal()) {
            ContenderResult result = row.result();
            table.addRow(
                    row.transport(),
                    whole(row.inFlight()),
                    figure("%,.0f", result.steady(), ThroughputInterval::jobsPerSecond),
                    decimal("%.1f", PERCENT * row.share()),
                    figure("%,.1f", result.steady(), ThroughputInterval::cpuMicrosPerJob),
                    whole(result.liveHeapMib()),
                    whole(result.memory().heapMib()),
                    whole(result.memory().residentMib()));
        }
        return table;
    }

    private TextTable latency() {
        var table = new TextTable(2, "jobs/s", "contender", "jobs", "P50 ms", "P95 ms", "P99 ms");
        for (LatencyRow row : figures.latency()) {
            table.addRow(
                    whole(row.perSecond()),
                    row.contender().title(),
                    whole(row.jobs()),
                    figure("%,.1f", row.percentiles(), LatencyPercentiles::p50),
                    figure("%,.1f", row.percentiles(), LatencyPercentiles::p95),
                    figure("%,.1f", row.percentiles(), LatencyPercentiles::p99));
        }
        return table;
    }

    private TextTable limits() {
        var table = new TextTable(1, Contender.MILLRACE.title(), "jobs", "jobs/s", "CPU µs/job");
        for (LimitsRow row : figures.limits()) {
            ContenderResult result = row.result();
            table.addRow(
                    row.title(),
                    whole(result.jobs()),
                    figure("%,.0f", result.steady(), ThroughputInterval::jobsPerSecond),
                    figure("%,.1f", result.steady(), ThroughputInterval::cpuMicrosPerJob));
        }
        return table;
    }

    private static TextTable targets(List<Target> targets) {
        var table = new TextTable(1, Contender.MILLRACE.title(), "measured", "target", "");
        for (Target target : targets) {
            table.addRow(
                    target.metric(),
                    decimal("%,.2f", target.measured()),
                    target.boundText(),
                    target.isMet() ? "met" : "not met");
        }
        return table;
    }

    private static String whole(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String decimal(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private static <T> String figure(String format, Optional<T> source, ToDoubleFunction<T> value) {
        return source.map(it -> decimal(format, value.applyAsDouble(it))).orElse(NOT_MEASURED);
    }
}
