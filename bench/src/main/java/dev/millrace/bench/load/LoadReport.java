package dev.millrace.bench.load;

import dev.millrace.bench.load.BillComparison.Check;
import dev.millrace.contracts.money.Usd;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The report on a measured run. */
record LoadReport(LoadPlan plan, MeasuredRun run, List<Check> checks) {
    private static final double MILLIS_PER_SECOND = 1_000;

    boolean isGood() {
        return checks.stream().allMatch(Check::isKept);
    }

    private double jobsPerSecond() {
        return plan.jobs() * MILLIS_PER_SECOND / Math.max(1, run.summary().durationMs());
    }

    private long cpuMicrosPerJob() {
        return TimeUnit.NANOSECONDS.toMicros(run.cpu().toNanos()) / plan.jobs();
    }

    /** Returns the report as text. */
    String text() {
        var text = new StringBuilder();
        text.append(
                String.format(
                        Locale.ROOT,
                        """
                        jobs          %,d, %,d in flight, answered after %s
                        jobs/s        %,.0f, from the start of the process to its output
                        time          %,d ms
                        processor     %,d ms, %,d µs a job
                        first result  %,d ms
                        memory        %,d MiB resident; heap %,d MiB, %,d MiB after a collection
                        cost          %s USD
                        """,
                        plan.jobs(),
                        plan.inFlight(),
                        plan.latency(),
                        jobsPerSecond(),
                        run.summary().durationMs(),
                        run.cpu().toMillis(),
                        cpuMicrosPerJob(),
                        run.summary().firstResultMs(),
                        run.memory().residentMib(),
                        run.memory().heapMib(),
                        run.memory().liveHeapMib(),
                        Usd.text(run.summary().costUsd())));
        for (Check check : checks) {
            text.append(check.isKept() ? "kept          " : "BROKEN        ")
                    .append(check.promise())
                    .append(" (")
                    .append(check.found())
                    .append(")\n");
        }
        return text.toString();
    }

    /** Returns the report as one JSON object. */
    String json() {
        ObjectNode node = new JsonMapper().createObjectNode();
        node.put("jobs", plan.jobs())
                .put("in_flight", plan.inFlight())
                .put("latency", plan.latency())
                .put("jobs_per_s", Math.round(jobsPerSecond()))
                .put("duration_ms", run.summary().durationMs())
                .put("cpu_ms", run.cpu().toMillis())
                .put("cpu_us_per_job", cpuMicrosPerJob())
                .put("first_result_ms", run.summary().firstResultMs())
                .put("peak_rss_mib", run.memory().residentMib())
                .put("peak_heap_mib", run.memory().heapMib())
                .put("peak_live_heap_mib", run.memory().liveHeapMib())
                .put("cost_usd", run.summary().costUsd())
                .put("good", isGood());
        ArrayNode promises = node.putArray("checks");
        for (Check check : checks) {
            promises.addObject()
                    .put("promise", check.promise())
                    .put("kept", check.isKept())
                    .put("found", check.found());
        }
        return node.toString();
    }
}
