package dev.millrace.bench.worker;

import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.bench.report.Measurement;
import dev.millrace.bench.report.ThroughputRow;
import dev.millrace.bench.report.WorkerFigures;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Runs the measurements of a plan on its own broker. */
record WorkerBench(WorkFolder folder, Terminal terminal, InstantSource clock, LongSupplier ticker) {
    /**
     * Runs all measurements, one process at a time.
     *
     * @throws IOException when a process does not start or the broker fails
     */
    WorkerFigures measure(WorkerBenchPlan plan) throws IOException, InterruptedException {
        try (var cluster = BenchCluster.start(folder)) {
            var context = new BenchContext(folder, cluster, plan, terminal, clock, ticker);
            var throughput = new ArrayList<ThroughputRow>();
            for (Measurement measurement : Measurement.values()) {
                if (plan.has(measurement)) {
                    throughput.addAll(new ThroughputComparison(context).measure(measurement));
                }
            }
            return new WorkerFigures(
                    throughput,
                    plan.has(Measurement.IDEAL)
                            ? new IdealThroughput(context).measure()
                            : List.of(),
                    plan.has(Measurement.LATENCY) ? new AddedLatency(context).measure() : List.of(),
                    plan.has(Measurement.LIMITS) ? new LimitsCost(context).measure() : List.of());
        }
    }
}
