package dev.millrace.bench.cache;

import dev.millrace.bench.cache.CacheFigures.WayLatency;
import dev.millrace.bench.cache.EntriesFigures.Takeover;
import dev.millrace.bench.figures.ThroughputInterval;
import dev.millrace.bench.report.JsonFigures;
import java.util.OptionalDouble;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Formats the figures as one JSON object. Figures that could not be measured are null. */
record CacheJson(CacheFigures figures) {
    @Override
    public String toString() {
        ObjectNode node = new JsonMapper().createObjectNode();
        var latencies = node.putObject("latency").put("rate_per_s", figures.perSecond());
        put(latencies, "stolen", figures.stolen());
        var ways = latencies.putArray("ways");
        figures.latencies().forEach(it -> put(ways.addObject(), it));
        var added = latencies.putArray("added");
        AddedLatency.of(figures.latencies()).forEach(it -> put(added.addObject(), it));
        figures.entries().ifPresent(it -> put(node.putObject("entries"), it));
        figures.problems().forEach(node.putArray("problems")::add);
        return node.put("good", figures.isGood()).toString();
    }

    private static void put(ObjectNode node, WayLatency row) {
        node.put("way", row.way().key())
                .put("p50_ms", JsonFigures.rounded(row.percentiles().p50()))
                .put("p95_ms", JsonFigures.rounded(row.percentiles().p95()))
                .put("p99_ms", JsonFigures.rounded(row.percentiles().p99()));
    }

    private static void put(ObjectNode node, AddedLatency row) {
        node.put("way", row.way().key())
                .put("p50_ms", JsonFigures.rounded(row.p50Millis()))
                .put("p99_ms", JsonFigures.rounded(row.p99Millis()));
        put(node, "p50_of_repartition", row.p50Ratio());
        put(node, "p99_of_repartition", row.p99Ratio());
        if (row.hasTarget()) {
            node.put("at_most", JsonFigures.rounded(AddedLatency.TARGET))
                    .put("reached", row.isMet());
        }
    }

    private static void put(ObjectNode node, EntriesFigures entries) {
        var memory = entries.memory();
        node.put("entries", memory.entries())
                .put("answer_bytes", memory.answerBytes())
                .put("max_heap_mib", EntriesFigures.HEAP_MIB)
                .put("live_heap_mib", memory.liveHeapMib())
                .put("resident_mib", memory.residentMib())
                .put("disk_mib", memory.diskMib());
        JsonFigures.put(node, "hits_per_s", entries.hits(), ThroughputInterval::jobsPerSecond);
        JsonFigures.put(
                node, "cpu_us_per_hit", entries.hits(), ThroughputInterval::cpuMicrosPerJob);
        put(node, "stolen_of_hits", entries.stolenOfHits());
        var takeovers = node.putArray("takeovers");
        entries.takeovers().forEach(it -> put(takeovers.addObject(), it));
    }

    private static void put(ObjectNode node, Takeover row) {
        node.put("entries", row.entries())
                .put("standby", row.hasStandby())
                .put("took_ms", row.duration().toMillis());
        put(node, "stolen", row.stolen());
    }

    private static void put(ObjectNode node, String key, OptionalDouble value) {
        if (value.isPresent()) {
            node.put(key, JsonFigures.rounded(value.getAsDouble()));
        } else {
            node.putNull(key);
        }
    }
}
