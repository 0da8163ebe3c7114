package dev.millrace.bench.cache;

import dev.millrace.bench.cache.CacheFigures.WayLatency;
import dev.millrace.bench.cache.EntriesFigures.Takeover;
import dev.millrace.bench.report.TextTable;
import java.util.Locale;
import java.util.OptionalDouble;

/** Formats the figures as text tables. */
record CacheText(CacheFigures figures) {
    private static final double PERCENT = 100;
    private static final double MIB = 1 << 20;
    private static final String NOT_MEASURED = "-";

    @Override
    public String toString() {
        var text = new StringBuilder();
        if (!figures.latencies().isEmpty()) {
            text.append("From request to output, ")
                    .append(figures.perSecond())
                    .append(" requests/s, stolen ")
                    .append(percent(figures.stolen()))
                    .append(" %\n\n")
                    .append(latencies())
                    .append('\n')
                    .append(added())
                    .append('\n');
        }
        figures.entries().ifPresent(it -> appendEntries(text, it));
        figures.problems().forEach(it -> text.append("PROBLEM ").append(it).append('\n'));
        return text.toString();
    }

    private TextTable latencies() {
        var table = new TextTable(1, "", "P50 ms", "P95 ms", "P99 ms");
        for (WayLatency row : figures.latencies()) {
            var percentiles = row.percentiles();
            table.addRow(
                    row.way().title(),
                    number("%.1f", percentiles.p50()),
                    number("%.1f", percentiles.p95()),
                    number("%.1f", percentiles.p99()));
        }
        return table;
    }

    private TextTable added() {
        var table =
                new TextTable(
                        1,
                        "added by",
                        "P50 ms",
                        "÷ repartition",
                        "P99 ms",
                        "÷ repartition",
                        "target");
        for (AddedLatency row : AddedLatency.of(figures.latencies())) {
            table.addRow(
                    row.way().title(),
                    number("%.1f", row.p50Millis()),
                    ratio(row.p50Ratio()),
                    number("%.1f", row.p99Millis()),
                    ratio(row.p99Ratio()),
                    row.hasTarget()
                            ? outcome(number("≤ %.0f", AddedLatency.TARGET), row.isMet())
                            : "");
        }
        return table;
    }

    private static void appendEntries(StringBuilder text, EntriesFigures entries) {
        text.append(memory(entries.memory()))
                .append('\n')
                .append(hits(entries))
                .append('\n')
                .append(takeovers(entries))
                .append('\n');
    }

    private static TextTable memory(EntriesFigures.Memory memory) {
        var table =
                new TextTable(
                        0,
                        "entries",
                        "answers MiB",
                        "live heap MiB",
                        "",
                        "resident MiB",
                        "disk MiB");
        table.addRow(
                number("%,d", memory.entries()),
                number("%,.0f", memory.answerBytes() / MIB),
                number("%,d", memory.liveHeapMib()),
                // The routers have no larger heap; without room they would end early.
                outcome("≤ " + EntriesFigures.HEAP_MIB, true),
                number("%,d", memory.residentMib()),
                number("%,d", memory.diskMib()));
        return table;
    }

    private static TextTable hits(EntriesFigures entries) {
        var table = new TextTable(0, "hits/s", "CPU µs/hit", "stolen %");
        table.addRow(
                entries.hits().map(it -> number("%,.0f", it.jobsPerSecond())).orElse(NOT_MEASURED),
                entries.hits()
                        .map(it -> number("%,.1f", it.cpuMicrosPerJob()))
                        .orElse(NOT_MEASURED),
                percent(entries.stolenOfHits()));
        return table;
    }

    private static TextTable takeovers(EntriesFigures entries) {
        var table =
                new TextTable(
                        1, "takeover", "entries", "seconds", "s per million entries", "stolen %");
        Takeover few = entries.takeovers().getFirst();
        for (Takeover row : entries.takeovers()) {
            table.addRow(
                    row.hasStandby() ? "with a standby" : "without a standby",
                    number("%,d", row.entries()),
                    number("%.1f", row.seconds()),
                    row.entries() == few.entries() || row.hasStandby()
                            ? ""
                            : number("%.1f", row.secondsPerMillion(few)),
                    percent(row.stolen()));
        }
        return table;
    }

    private static String outcome(String target, boolean isMet) {
        return target + (isMet ? " met" : " not met");
    }

    private static String ratio(OptionalDouble ratio) {
        return ratio.isPresent() ? number("%.2f", ratio.getAsDouble()) : NOT_MEASURED;
    }

    private static String percent(OptionalDouble part) {
        return part.isPresent() ? number("%.1f", PERCENT * part.getAsDouble()) : NOT_MEASURED;
    }

    private static String number(String format, Object value) {
        return String.format(Locale.ROOT, format, value);
    }
}
