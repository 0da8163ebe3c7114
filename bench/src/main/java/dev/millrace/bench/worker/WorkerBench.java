package dev.millrace.bench.worker;

import dev.millrace.bench.cluster.Cluster;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.bench.report.Figures;
import dev.millrace.bench.report.Part;
import dev.millrace.bench.report.ThroughputRow;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Measures what a plan says, on a broker of its own. */
record WorkerBench(WorkFolder folder, Terminal terminal, InstantSource clock, LongSupplier ticker) {
    /**
     * Runs all of it, one process after the other.
     *
     * @throws IOException when a process does not start, or the broker fails
     */
    Figures measure(BenchPlan plan) throws IOException, InterruptedException {
        try (var cluster = Cluster.start(folder)) {
            var stage = new Stage(folder, cluster, plan, terminal, clock, ticker);
            var throughput = new ArrayList<ThroughputRow>();
            for (Part part : Part.values()) {
                if (plan.has(part)) {
                    throughput.addAll(new Throughput(stage).measure(part));
                }
            }
            return new Figures(
                    throughput,
                    plan.has(Part.IDEAL) ? new Ideal(stage).measure() : List.of(),
                    plan.has(Part.LATENCY) ? new AddedLatency(stage).measure() : List.of());
        }
    }
}
