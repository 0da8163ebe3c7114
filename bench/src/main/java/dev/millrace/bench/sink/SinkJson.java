package dev.millrace.bench.sink;

import dev.millrace.bench.report.JsonFigures;
import dev.millrace.bench.sink.ApiFigures.PathLatency;
import dev.millrace.bench.sink.SinkFigures.Rate;
import dev.millrace.bench.store.StoreContender;
import dev.millrace.bench.store.StoreRow;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Formats the figures as one JSON object. Figures that could not be measured are null. */
record SinkJson(SinkFigures figures) {
    @Override
    public String toString() {
        ObjectNode node = new JsonMapper().createObjectNode();
        var rates = node.putArray("rates");
        figures.rates().forEach(it -> put(rates.addObject(), it));
        var apis = node.putArray("api");
        figures.apis().forEach(it -> put(apis.addObject(), it));
        var exports = node.putArray("export");
        figures.exports().forEach(it -> put(exports.addObject(), it));
        var skipped = node.putObject("skipped");
        figures.skipped().forEach((kind, reason) -> skipped.put(kind.key(), reason));
        figures.problems().forEach(node.putArray("problems")::add);
        return node.put("good", figures.isGood()).toString();
    }

    private static void put(ObjectNode node, ApiFigures api) {
        node.put("database", api.database().key())
                .put("rows_per_s", JsonFigures.rounded(api.store().rowsPerSecond()))
                .put("live_heap_mib", api.store().liveHeapMib())
                .put("resident_mib", api.store().residentMib());
        var paths = node.putArray("paths");
        for (PathLatency row : api.paths()) {
            paths.addObject()
                    .put("path", row.path())
                    .put("requests", row.requests())
                    .put("p50_ms", JsonFigures.rounded(row.percentiles().p50()))
                    .put("p99_ms", JsonFigures.rounded(row.percentiles().p99()));
        }
    }

    private static void put(ObjectNode node, ExportFigures row) {
        node.put("database", row.database().key())
                .put("lines", row.lines())
                .put("bytes", row.bytes())
                .put("seconds", JsonFigures.rounded(row.seconds()))
                .put("lines_per_s", JsonFigures.rounded(row.linesPerSecond()))
                .put("live_heap_mib", row.liveHeapMib())
                .put("resident_mib_before", row.residentBeforeMib())
                .put("resident_mib_after", row.residentAfterMib());
    }

    private void put(ObjectNode node, Rate row) {
        node.put("database", row.database().key())
                .put("result_bytes", row.resultBytes())
                .put("contender", row.contender().key())
                .put("rows_per_s", JsonFigures.rounded(row.rowsPerSecond()))
                .put("cpu_us_per_row", JsonFigures.rounded(row.cpuMicros()))
                .put("live_heap_mib", row.liveHeapMib())
                .put("resident_mib", row.residentMib());
        var rounds = node.putArray("rows_per_s_of_rounds");
        for (StoreRow round : row.rounds()) {
            rounds.add(JsonFigures.rounded(round.rowsPerSecond()));
        }
        if (row.stolen().isPresent()) {
            node.put("stolen", JsonFigures.rounded(row.stolen().getAsDouble()));
        } else {
            node.putNull("stolen");
        }
        figures.sinkRelativeTo(row)
                .ifPresent(it -> node.put("sink_relative", JsonFigures.rounded(it)));
        if (row.contender() == StoreContender.UPSERT) {
            node.put("at_least", SinkFigures.TARGET);
        }
    }
}
