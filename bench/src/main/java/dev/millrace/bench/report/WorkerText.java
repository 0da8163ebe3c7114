package dev.millrace.bench.report;

import dev.millrace.bench.contender.Kind;
import dev.millrace.bench.figures.Percentiles;
import dev.millrace.bench.figures.Stretch;
import dev.millrace.bench.process.PeakMemory;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The figures for a person. */
public record WorkerText(Figures figures) {
    private static final String NOTHING = "-";
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
        List<Aim> aims = Aims.of(figures);
        section(text, "Aims", aims.isEmpty(), aims(aims));
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
            Observed observed = row.observed();
            PeakMemory memory = observed.memory();
            table.row(
                    row.part().word(),
                    row.kind().title(),
                    whole(row.concurrency()),
                    whole(observed.jobs()),
                    figure("%,.0f", observed.steady(), Stretch::jobsPerSecond),
                    figure("%,.1f", observed.steady(), Stretch::cpuMicrosPerJob),
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
            Observed observed = row.observed();
            table.row(
                    row.way(),
                    whole(row.inFlight()),
                    figure("%,.0f", observed.steady(), Stretch::jobsPerSecond),
                    decimal("%.1f", PERCENT * row.share()),
                    figure("%,.1f", observed.steady(), Stretch::cpuMicrosPerJob),
                    whole(observed.liveHeapMib()),
                    whole(observed.memory().heapMib()),
                    whole(observed.memory().residentMib()));
        }
        return table;
    }

    private TextTable latency() {
        var table = new TextTable(2, "jobs/s", "contender", "jobs", "P50 ms", "P95 ms", "P99 ms");
        for (LatencyRow row : figures.latency()) {
            table.row(
                    whole(row.perSecond()),
                    row.kind().title(),
                    whole(row.jobs()),
                    figure("%,.1f", row.took(), Percentiles::p50),
                    figure("%,.1f", row.took(), Percentiles::p95),
                    figure("%,.1f", row.took(), Percentiles::p99));
        }
        return table;
    }

    private static TextTable aims(List<Aim> aims) {
        var table = new TextTable(1, Kind.MILLRACE.title(), "measured", "aim", "");
        for (Aim aim : aims) {
            table.row(
                    aim.of(),
                    decimal("%,.2f", aim.measured()),
                    aim.wanted(),
                    aim.isReached() ? "reached" : "not reached");
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
        return source.map(it -> decimal(format, value.applyAsDouble(it))).orElse(NOTHING);
    }
}
