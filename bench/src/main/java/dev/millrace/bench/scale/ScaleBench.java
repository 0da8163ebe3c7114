package dev.millrace.bench.scale;

import dev.millrace.bench.cluster.Backlog;
import dev.millrace.bench.cluster.Cluster;
import dev.millrace.bench.cluster.Pipeline;
import dev.millrace.bench.cluster.SpreadJobs;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Measures one shift after the other, on a broker of its own. */
record ScaleBench(WorkFolder folder, Terminal terminal, InstantSource clock, LongSupplier ticker) {
    /**
     * Runs all shifts.
     *
     * @throws IOException when a process does not start, or the broker fails
     */
    ScaleFigures measure(ScalePlan plan, List<Shift> shifts)
            throws IOException, InterruptedException {
        var rows = new ArrayList<ScaleRow>();
        try (var cluster = Cluster.start(folder)) {
            for (Shift shift : shifts) {
                terminal.say("measuring " + shift.name());
                rows.add(measure(cluster, plan, shift, rows.size()));
            }
        }
        return new ScaleFigures(rows);
    }

    private ScaleRow measure(Cluster cluster, ScalePlan plan, Shift shift, int number)
            throws IOException, InterruptedException {
        Pipeline pipeline =
                cluster.create("bench-scale-" + number + ".", plan.partitions(), List.of());
        var jobs = new SpreadJobs(pipeline);
        Backlog.loadAsRouter(pipeline, jobs, plan.jobs(), clock);
        try (var trial = new ScaleTrial(folder, cluster, plan, shift, jobs, ticker)) {
            return trial.run();
        } finally {
            cluster.delete(pipeline);
        }
    }
}
