package dev.millrace.bench.router;

import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.figures.ThroughputInterval;
import dev.millrace.bench.report.JsonFigures;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Formats the figures as one JSON object. Figures that could not be measured are null. */
record RouterJson(RouterFigures figures) {
    @Override
    public String toString() {
        ObjectNode node = new JsonMapper().createObjectNode();
        var backlogs = node.putArray("backlogs");
        figures.backlogs().forEach(it -> put(backlogs.addObject(), it));
        var latency = node.putArray("latency");
        figures.latencies().forEach(it -> put(latency.addObject(), it));
        var classification = node.putObject("classification");
        put(classification.putObject("parse"), figures.classification().parse());
        put(classification.putObject("classify"), figures.classification().classify());
        var targets = node.putArray("aims");
        RouterTarget.of(figures).forEach(it -> put(targets.addObject(), it));
        var problems = node.putArray("problems");
        figures.problems().forEach(problems::add);
        return node.put("good", figures.isGood()).toString();
    }

    private static void put(ObjectNode node, RouterFigures.BacklogResult backlog) {
        node.put("way", backlog.contender().key());
        JsonFigures.put(
                node, "requests_per_s", backlog.steady(), ThroughputInterval::jobsPerSecond);
        JsonFigures.put(
                node, "cpu_us_per_request", backlog.steady(), ThroughputInterval::cpuMicrosPerJob);
    }

    private static void put(ObjectNode node, RouterFigures.LatencyResult latency) {
        node.put("way", latency.contender().key()).put("rate_per_s", latency.perSecond());
        JsonFigures.put(node, "p50_ms", latency.percentiles(), LatencyPercentiles::p50);
        JsonFigures.put(node, "p95_ms", latency.percentiles(), LatencyPercentiles::p95);
        JsonFigures.put(node, "p99_ms", latency.percentiles(), LatencyPercentiles::p99);
    }

    private static void put(ObjectNode node, ClassifyCost.Step step) {
        node.put("p50_us", JsonFigures.rounded(step.p50Micros()))
                .put("p99_us", JsonFigures.rounded(step.p99Micros()))
                .put("bytes_per_request", step.bytes());
    }

    private static void put(ObjectNode node, RouterTarget target) {
        node.put("of", target.metric())
                .put("measured", JsonFigures.rounded(target.measured()))
                .put(target.isLeast() ? "at_least" : "at_most", JsonFigures.rounded(target.bound()))
                .put("reached", target.isMet());
    }
}
