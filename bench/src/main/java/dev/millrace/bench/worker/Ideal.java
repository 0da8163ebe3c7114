package dev.millrace.bench.worker;

import dev.millrace.bench.cluster.Backlog;
import dev.millrace.bench.cluster.Pipeline;
import dev.millrace.bench.contender.Kind;
import dev.millrace.bench.contender.Task;
import dev.millrace.bench.contender.Work;
import dev.millrace.bench.process.Child;
import dev.millrace.bench.report.IdealRow;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** Millrace with calls of one second. */
record Ideal(Stage stage) {
    private static final Duration LATENCY = Duration.ofSeconds(1);

    List<IdealRow> measure() throws IOException, InterruptedException {
        BenchPlan plan = stage.plan();
        try (Child provider = stage.provider(LATENCY)) {
            var http = new Work.OverHttp(URI.create(provider.ready()));
            return List.of(
                    run("http", http, plan.fewInFlight()),
                    run("in-process", new Work.InProcess(LATENCY), plan.manyInFlight()));
        }
    }

    private IdealRow run(String way, Work work, int inFlight)
            throws IOException, InterruptedException {
        String name = "ideal-" + way;
        int jobs = stage.plan().sizes().rounds() * inFlight;
        Pipeline pipeline =
                stage.cluster().create("bench-" + name + ".", stage.plan().partitions(), List.of());
        Backlog.load(pipeline, jobs, stage.clock());
        var task = new Task(Kind.MILLRACE, pipeline, work, inFlight);
        var trial = new Trial(task, jobs, Duration.ZERO, stage.ticker());
        var row = new IdealRow(way, inFlight, LATENCY, trial.run(stage, name, true));
        stage.cluster().delete(pipeline);
        return row;
    }
}
