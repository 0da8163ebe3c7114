package dev.millrace.bench.report;

import dev.millrace.bench.figures.Percentiles;
import dev.millrace.bench.figures.Stretch;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The figures for a machine: one JSON object. A figure that could not be measured is null. */
public record WorkerJson(Figures figures) {
    @Override
    public String toString() {
        ObjectNode node = new JsonMapper().createObjectNode();
        var throughput = node.putArray("throughput");
        figures.throughput().forEach(it -> put(throughput.addObject(), it));
        var ideal = node.putArray("ideal");
        figures.ideal().forEach(it -> put(ideal.addObject(), it));
        var latency = node.putArray("latency");
        figures.latency().forEach(it -> put(latency.addObject(), it));
        var aims = node.putArray("aims");
        Aims.of(figures).forEach(it -> put(aims.addObject(), it));
        var problems = node.putArray("problems");
        figures.problems().forEach(problems::add);
        return node.put("good", figures.isGood()).toString();
    }

    private static void put(ObjectNode node, ThroughputRow row) {
        node.put("work", row.part().word())
                .put("contender", row.kind().word())
                .put("concurrency", row.concurrency());
        put(node, row.observed());
    }

    private static void put(ObjectNode node, IdealRow row) {
        node.put("calls", row.way())
                .put("in_flight", row.inFlight())
                .put("latency_ms", row.latency().toMillis())
                .put("share", JsonFigures.rounded(row.share()))
                .put("live_heap_mib", row.observed().liveHeapMib());
        put(node, row.observed());
    }

    private static void put(ObjectNode node, Observed observed) {
        node.put("jobs", observed.jobs());
        JsonFigures.put(node, "jobs_per_s", observed.steady(), Stretch::jobsPerSecond);
        JsonFigures.put(node, "cpu_us_per_job", observed.steady(), Stretch::cpuMicrosPerJob);
        JsonFigures.put(node, "steady_ms", observed.steady(), it -> it.took().toMillis());
        node.put("peak_heap_mib", observed.memory().heapMib())
                .put("peak_live_heap_mib", observed.memory().liveHeapMib())
                .put("peak_rss_mib", observed.memory().residentMib());
    }

    private static void put(ObjectNode node, LatencyRow row) {
        node.put("rate_per_s", row.perSecond())
                .put("contender", row.kind().word())
                .put("jobs", row.jobs());
        JsonFigures.put(node, "p50_ms", row.took(), Percentiles::p50);
        JsonFigures.put(node, "p95_ms", row.took(), Percentiles::p95);
        JsonFigures.put(node, "p99_ms", row.took(), Percentiles::p99);
    }

    private static void put(ObjectNode node, Aim aim) {
        node.put("of", aim.of())
                .put("measured", JsonFigures.rounded(aim.measured()))
                .put(aim.isLeast() ? "at_least" : "at_most", JsonFigures.rounded(aim.bound()))
                .put("reached", aim.isReached());
    }
}
