package dev.millrace.bench.worker;

import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.CommittedReader;
import dev.millrace.bench.cluster.LatencyRun;
import dev.millrace.bench.cluster.OpenLoopSubmitter;
import dev.millrace.bench.cluster.OpenLoopSubmitter.Pace;
import dev.millrace.bench.contender.Contender;
import dev.millrace.bench.contender.ContenderProgram;
import dev.millrace.bench.contender.ContenderTask;
import dev.millrace.bench.contender.Work;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.report.LatencyRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Measures latency at two rates, alternating between the bare hop and Millrace. */
record AddedLatency(BenchContext context) {
    private static final int LOW_RATE = 50;
    private static final int HIGH_RATE = 1_000;

    List<LatencyRow> measure() throws IOException, InterruptedException {
        WorkerBenchSizes sizes = context.plan().sizes();
        var rows = new ArrayList<LatencyRow>();
        for (Pace pace :
                List.of(
                        new Pace(LOW_RATE, sizes.lowRate()),
                        new Pace(HIGH_RATE, sizes.highRate()))) {
            rows.add(run(Contender.HOP, pace));
            rows.add(run(Contender.MILLRACE, pace));
        }
        return rows;
    }

    private LatencyRow run(Contender contender, Pace pace)
            throws IOException, InterruptedException {
        String name = "latency-" + pace.perSecond() + "-" + contender.key();
        BenchPipeline pipeline =
                context.cluster()
                        .create(
                                "bench-" + name + ".",
                                context.plan().partitions(),
                                List.of(Contender.HOP.key()));
        var task =
                new ContenderTask(
                        contender, pipeline, Work.ofMillis(0), context.plan().minInFlight());
        // Warms up at the higher rate, so that the JVM has compiled the hot code.
        var warmUp = new Pace(HIGH_RATE, context.plan().sizes().warmUp());
        var run = new LatencyRun(warmUp, pace, context.ticker());
        try (ChildProcess child = context.start(ContenderProgram.class, name, task);
                var load =
                        new OpenLoopSubmitter(
                                pipeline, run.jobs(), context.clock(), context.ticker());
                var reader = new CommittedReader(pipeline, task.results())) {
            var outcome = run.run(load, reader, child);
            return new LatencyRow(
                    pace.perSecond(),
                    contender,
                    pace.jobs(),
                    outcome.percentiles(),
                    outcome.problem());
        } finally {
            context.cluster().delete(pipeline);
        }
    }
}
