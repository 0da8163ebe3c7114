package dev.millrace.bench.http;

import dev.millrace.bench.report.JsonFigures;
import dev.millrace.bench.report.TextTable;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** All figures of {@code bench http}. */
record HttpFigures(List<Result> results) {
    /** The figures of one measurement. */
    record Result(HttpTrial trial, HttpRow row) {
        String protocol() {
            return trial.isOverTls() ? "TLS" : "plain";
        }

        /** Returns the most important figures as one line. */
        String summary() {
            return String.format(
                    Locale.ROOT,
                    "%,.0f calls/s, %.1f µs/call, P99 +%.1f ms, %,d calls failed",
                    row.callsPerSecond(),
                    row.cpuMicros(),
                    row.excessP99Millis(),
                    row.failures());
        }
    }

    HttpFigures {
        results = List.copyOf(results);
    }

    /** Returns true when all calls were answered. */
    boolean isGood() {
        return results.stream().allMatch(it -> it.row().failures() == 0);
    }

    /** Returns the figures as a text table. */
    String text() {
        var table =
                new TextTable(
                        2,
                        "client",
                        "",
                        "in flight",
                        "latency ms",
                        "calls/s",
                        "CPU µs/call",
                        "P50 +ms",
                        "P99 +ms",
                        "heap KiB/call",
                        "resident MiB");
        for (Result it : results) {
            table.addRow(
                    it.trial().contender().title(),
                    it.protocol(),
                    String.format(Locale.ROOT, "%,d", it.trial().inFlight()),
                    String.format(Locale.ROOT, "%,d", it.trial().latency().toMillis()),
                    String.format(Locale.ROOT, "%,.0f", it.row().callsPerSecond()),
                    decimal(it.row().cpuMicros()),
                    decimal(it.row().excessP50Millis()),
                    decimal(it.row().excessP99Millis()),
                    decimal(it.row().heapKib()),
                    String.format(Locale.ROOT, "%,d", it.row().residentMib()));
        }
        var text = new StringBuilder().append(table);
        results.stream()
                .filter(it -> it.row().failures() > 0)
                .forEach(
                        it ->
                                text.append(
                                        "PROBLEM %s, %s, %d in flight: %d calls failed%n"
                                                .formatted(
                                                        it.trial().contender().title(),
                                                        it.protocol(),
                                                        it.trial().inFlight(),
                                                        it.row().failures())));
        return text.toString();
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /** Returns the figures as one JSON object. */
    String json() {
        ObjectNode node = new JsonMapper().createObjectNode();
        var all = node.putArray("clients");
        for (Result it : results) {
            all.addObject()
                    .put("name", it.trial().contender().key())
                    .put("tls", it.trial().isOverTls())
                    .put("in_flight", it.trial().inFlight())
                    .put("latency_ms", it.trial().latency().toMillis())
                    .put("calls_per_second", JsonFigures.rounded(it.row().callsPerSecond()))
                    .put("cpu_us_per_call", JsonFigures.rounded(it.row().cpuMicros()))
                    .put("excess_p50_ms", JsonFigures.rounded(it.row().excessP50Millis()))
                    .put("excess_p99_ms", JsonFigures.rounded(it.row().excessP99Millis()))
                    .put("heap_kib_per_call", JsonFigures.rounded(it.row().heapKib()))
                    .put("resident_mib", it.row().residentMib())
                    .put("failures", it.row().failures());
        }
        return node.put("good", isGood()).toString();
    }
}
