package dev.millrace.bench.report;

import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.figures.ThroughputInterval;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Formats the figures as one JSON object. Figures that could not be measured are null. */
public record WorkerJson(WorkerFigures figures) {
    @Override
    public String toString() {
        ObjectNode node = new JsonMapper().createObjectNode();
        var throughput = node.putArray("throughput");
        figures.throughput().forEach(it -> put(throughput.addObject(), it));
        var ideal = node.putArray("ideal");
        figures.ideal().forEach(it -> put(ideal.addObject(), it));
        var latency = node.putArray("latency");
        figures.latency().forEach(it -> put(latency.addObject(), it));
        var limits = node.putArray("limits");
        figures.limits().forEach(it -> put(limits.addObject(), it));
        var targets = node.putArray("aims");
        WorkerTargets.of(figures).forEach(it -> put(targets.addObject(), it));
        var problems = node.putArray("problems");
        figures.problems().forEach(problems::add);
        return node.put("good", figures.isGood()).toString();
    }

    private static void put(ObjectNode node, ThroughputRow row) {
        node.put("work", row.measurement().key())
                .put("contender", row.contender().key())
                .put("concurrency", row.concurrency());
        put(node, row.result());
    }

    private static void put(ObjectNode node, IdealRow row) {
        node.put("calls", row.transport())
                .put("in_flight", row.inFlight())
                .put("latency_ms", row.latency().toMillis())
                .put("share", JsonFigures.rounded(row.share()))
                .put("live_heap_mib", row.result().liveHeapMib());
        put(node, row.result());
    }

    private static void put(ObjectNode node, LimitsRow row) {
        node.put("has_limits", row.hasLimits());
        put(node, row.result());
    }

    private static void put(ObjectNode node, ContenderResult result) {
        node.put("jobs", result.jobs());
        JsonFigures.put(node, "jobs_per_s", result.steady(), ThroughputInterval::jobsPerSecond);
        JsonFigures.put(
                node, "cpu_us_per_job", result.steady(), ThroughputInterval::cpuMicrosPerJob);
        JsonFigures.put(node, "steady_ms", result.steady(), it -> it.duration().toMillis());
        node.put("peak_heap_mib", result.memory().heapMib())
                .put("peak_live_heap_mib", result.memory().liveHeapMib())
                .put("peak_rss_mib", result.memory().residentMib());
    }

    private static void put(ObjectNode node, LatencyRow row) {
        node.put("rate_per_s", row.perSecond())
                .put("contender", row.contender().key())
                .put("jobs", row.jobs());
        JsonFigures.put(node, "p50_ms", row.percentiles(), LatencyPercentiles::p50);
        JsonFigures.put(node, "p95_ms", row.percentiles(), LatencyPercentiles::p95);
        JsonFigures.put(node, "p99_ms", row.percentiles(), LatencyPercentiles::p99);
    }

    private static void put(ObjectNode node, Target target) {
        node.put("of", target.metric())
                .put("measured", JsonFigures.rounded(target.measured()))
                .put(target.isLeast() ? "at_least" : "at_most", JsonFigures.rounded(target.bound()))
                .put("reached", target.isMet());
    }
}
