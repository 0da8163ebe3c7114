package dev.millrace.bench.worker;

import dev.millrace.bench.cluster.CommittedReader;
import dev.millrace.bench.cluster.OpenLoop;
import dev.millrace.bench.cluster.OpenLoop.Pace;
import dev.millrace.bench.cluster.PacedRun;
import dev.millrace.bench.cluster.Pipeline;
import dev.millrace.bench.contender.ContenderProgram;
import dev.millrace.bench.contender.Kind;
import dev.millrace.bench.contender.Task;
import dev.millrace.bench.contender.Work;
import dev.millrace.bench.process.Child;
import dev.millrace.bench.report.LatencyRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** From submission to a committed reader: the bare hop and Millrace in turns, at two rates. */
record AddedLatency(Stage stage) {
    private static final int SLOW = 50;
    private static final int FAST = 1_000;

    List<LatencyRow> measure() throws IOException, InterruptedException {
        Sizes sizes = stage.plan().sizes();
        var rows = new ArrayList<LatencyRow>();
        for (Pace pace : List.of(new Pace(SLOW, sizes.slow()), new Pace(FAST, sizes.fast()))) {
            rows.add(run(Kind.HOP, pace));
            rows.add(run(Kind.MILLRACE, pace));
        }
        return rows;
    }

    private LatencyRow run(Kind kind, Pace pace) throws IOException, InterruptedException {
        String name = "latency-" + pace.perSecond() + "-" + kind.word();
        Pipeline pipeline =
                stage.cluster()
                        .create(
                                "bench-" + name + ".",
                                stage.plan().partitions(),
                                List.of(Kind.HOP.word()));
        var task = new Task(kind, pipeline, Work.ofMillis(0), stage.plan().fewInFlight());
        // At the higher rate, so that the JVM has compiled what it will run.
        var warmUp = new Pace(FAST, stage.plan().sizes().warmUp());
        var run = new PacedRun(warmUp, pace, stage.ticker());
        try (Child child = stage.start(ContenderProgram.class, name, task);
                var load = new OpenLoop(pipeline, run.jobs(), stage.clock(), stage.ticker());
                var reader = new CommittedReader(pipeline, task.results())) {
            var outcome = run.run(load, reader, child);
            return new LatencyRow(
                    pace.perSecond(), kind, pace.jobs(), outcome.took(), outcome.problem());
        } finally {
            stage.cluster().delete(pipeline);
        }
    }
}
