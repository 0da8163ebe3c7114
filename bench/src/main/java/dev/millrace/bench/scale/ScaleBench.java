package dev.millrace.bench.scale;

import dev.millrace.bench.cluster.BacklogLoader;
import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.RoundRobinJobs;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Runs scenarios one after another on its own broker. */
record ScaleBench(WorkFolder folder, Terminal terminal, InstantSource clock, LongSupplier ticker) {
    /**
     * Runs all scenarios.
     *
     * @throws IOException when a process does not start or the broker fails
     */
    ScaleFigures measure(ScalePlan plan, List<ScaleScenario> scenarios)
            throws IOException, InterruptedException {
        var rows = new ArrayList<ScaleRow>();
        try (var cluster = BenchCluster.start(folder)) {
            for (ScaleScenario scenario : scenarios) {
                terminal.say("measuring " + scenario.name());
                rows.add(measure(cluster, plan, scenario, rows.size()));
            }
        }
        return new ScaleFigures(rows);
    }

    private ScaleRow measure(
            BenchCluster cluster, ScalePlan plan, ScaleScenario scenario, int number)
            throws IOException, InterruptedException {
        BenchPipeline pipeline =
                cluster.create("bench-scale-" + number + ".", plan.partitions(), List.of());
        var jobs = new RoundRobinJobs(pipeline);
        BacklogLoader.loadAsRouter(pipeline, jobs, plan.jobs(), clock);
        try (var trial = new ScaleTrial(folder, cluster, plan, scenario, jobs, ticker)) {
            return trial.run();
        } finally {
            cluster.delete(pipeline);
        }
    }
}
