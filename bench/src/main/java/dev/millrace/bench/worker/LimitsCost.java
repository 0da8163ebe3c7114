package dev.millrace.bench.worker;

import dev.millrace.bench.cluster.BacklogLoader;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.contender.Contender;
import dev.millrace.bench.contender.ContenderTask;
import dev.millrace.bench.contender.Work;
import dev.millrace.bench.report.LimitsRow;
import dev.millrace.bench.report.Measurement;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures Millrace without work, in turn without limits and with limits of requests, tokens and
 * concurrency that it never reaches.
 */
record LimitsCost(BenchContext context) {
    List<LimitsRow> measure() throws IOException, InterruptedException {
        var rows = new ArrayList<LimitsRow>();
        for (int i = 0; i < context.plan().sizes().limitRuns(); i++) {
            // The order alternates, so that a machine that becomes slower favours neither.
            boolean first = i % 2 != 0;
            rows.add(run(i, first));
            rows.add(run(i, !first));
        }
        return rows;
    }

    private LimitsRow run(int round, boolean hasLimits) throws IOException, InterruptedException {
        WorkerBenchPlan plan = context.plan();
        String name = "limits-" + (hasLimits ? "on-" : "off-") + (round + 1);
        int jobs = plan.sizes().jobs().of(Measurement.WORK_0MS);
        BenchPipeline pipeline =
                context.cluster().create("bench-" + name + ".", plan.partitions(), List.of());
        BacklogLoader.load(pipeline, jobs, context.clock());
        var task =
                new ContenderTask(
                        Contender.MILLRACE,
                        pipeline,
                        Work.ofMillis(0),
                        plan.minInFlight(),
                        hasLimits);
        var trial = new ContenderTrial(task, jobs, Duration.ZERO, context.ticker());
        var row = new LimitsRow(hasLimits, trial.run(context, name, false));
        context.cluster().delete(pipeline);
        return row;
    }
}
