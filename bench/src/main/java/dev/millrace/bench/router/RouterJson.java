package dev.millrace.bench.router;

import dev.millrace.bench.figures.Percentiles;
import dev.millrace.bench.figures.Stretch;
import dev.millrace.bench.report.JsonFigures;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The figures for a machine: one JSON object. A figure that could not be measured is null. */
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
        var aims = node.putArray("aims");
        RouterAim.of(figures).forEach(it -> put(aims.addObject(), it));
        var problems = node.putArray("problems");
        figures.problems().forEach(problems::add);
        return node.put("good", figures.isGood()).toString();
    }

    private static void put(ObjectNode node, RouterFigures.Backlog backlog) {
        node.put("way", backlog.way().word());
        JsonFigures.put(node, "requests_per_s", backlog.steady(), Stretch::jobsPerSecond);
        JsonFigures.put(node, "cpu_us_per_request", backlog.steady(), Stretch::cpuMicrosPerJob);
    }

    private static void put(ObjectNode node, RouterFigures.Latency latency) {
        node.put("way", latency.way().word()).put("rate_per_s", latency.perSecond());
        JsonFigures.put(node, "p50_ms", latency.took(), Percentiles::p50);
        JsonFigures.put(node, "p95_ms", latency.took(), Percentiles::p95);
        JsonFigures.put(node, "p99_ms", latency.took(), Percentiles::p99);
    }

    private static void put(ObjectNode node, ClassifyCost.Step step) {
        node.put("p50_us", JsonFigures.rounded(step.p50Micros()))
                .put("p99_us", JsonFigures.rounded(step.p99Micros()))
                .put("bytes_per_request", step.bytes());
    }

    private static void put(ObjectNode node, RouterAim aim) {
        node.put("of", aim.of())
                .put("measured", JsonFigures.rounded(aim.measured()))
                .put(aim.isLeast() ? "at_least" : "at_most", JsonFigures.rounded(aim.bound()))
                .put("reached", aim.isReached());
    }
}
