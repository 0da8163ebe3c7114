package dev.millrace.bench.sink;

import dev.millrace.bench.report.TextTable;
import dev.millrace.bench.sink.ApiFigures.PathLatency;
import dev.millrace.bench.sink.SinkFigures.Rate;
import dev.millrace.bench.store.StoreContender;
import java.util.Locale;
import java.util.OptionalDouble;

/** Formats the figures as text tables. */
record SinkText(SinkFigures figures) {
    private static final double PERCENT = 100;
    private static final double MIB = 1 << 20;

    @Override
    public String toString() {
        var text = new StringBuilder();
        if (!figures.rates().isEmpty()) {
            text.append(rates()).append('\n');
        }
        if (!figures.apis().isEmpty()) {
            text.append("API and dashboard while the sink stores a backlog\n\n")
                    .append(apis())
                    .append('\n');
        }
        if (!figures.exports().isEmpty()) {
            text.append("Export of one batch\n\n").append(exports()).append('\n');
        }
        figures.skipped()
                .forEach(
                        (kind, reason) ->
                                text.append(kind.title())
                                        .append(" was not measured: ")
                                        .append(reason)
                                        .append('\n'));
        figures.problems().forEach(it -> text.append("PROBLEM ").append(it).append('\n'));
        return text.toString();
    }

    private TextTable rates() {
        var table =
                new TextTable(
                        2,
                        "database",
                        "",
                        "result bytes",
                        "rows/s",
                        "CPU µs/row",
                        "sink ÷ this %",
                        "target",
                        "live heap MiB",
                        "resident MiB",
                        "stolen %");
        for (Rate row : figures.rates()) {
            table.addRow(
                    row.database().title(),
                    row.contender().title(),
                    number("%,d", row.resultBytes()),
                    number("%,.0f", row.rowsPerSecond()),
                    number("%,.1f", row.cpuMicros()),
                    figures.sinkRelativeTo(row).map(it -> number("%.0f", PERCENT * it)).orElse(""),
                    target(row),
                    number("%,d", row.liveHeapMib()),
                    number("%,d", row.residentMib()),
                    percent(row.stolen()));
        }
        return table;
    }

    private TextTable apis() {
        var table = new TextTable(2, "database", "", "requests", "P50 ms", "P99 ms", "sink rows/s");
        for (ApiFigures api : figures.apis()) {
            for (PathLatency row : api.paths()) {
                table.addRow(
                        api.database().title(),
                        row.path(),
                        number("%,d", row.requests()),
                        number("%,.1f", row.percentiles().p50()),
                        number("%,.1f", row.percentiles().p99()),
                        number("%,.0f", api.store().rowsPerSecond()));
            }
        }
        return table;
    }

    private TextTable exports() {
        var table =
                new TextTable(
                        1,
                        "database",
                        "lines",
                        "MiB",
                        "seconds",
                        "lines/s",
                        "live heap MiB",
                        "resident MiB before",
                        "after");
        for (ExportFigures row : figures.exports()) {
            table.addRow(
                    row.database().title(),
                    number("%,d", row.lines()),
                    number("%,.0f", row.bytes() / MIB),
                    number("%,.1f", row.seconds()),
                    number("%,.0f", row.linesPerSecond()),
                    number("%,d", row.liveHeapMib()),
                    number("%,d", row.residentBeforeMib()),
                    number("%,d", row.residentAfterMib()));
        }
        return table;
    }

    private String target(Rate row) {
        return row.contender() == StoreContender.UPSERT
                ? figures.sinkRelativeTo(row)
                        .map(
                                it ->
                                        number("≥ %.0f", PERCENT * SinkFigures.TARGET)
                                                + (it >= SinkFigures.TARGET ? " met" : " not met"))
                        .orElse("")
                : "";
    }

    private static String percent(OptionalDouble part) {
        return part.isPresent() ? number("%.1f", PERCENT * part.getAsDouble()) : "-";
    }

    private static String number(String format, Object value) {
        return String.format(Locale.ROOT, format, value);
    }
}
