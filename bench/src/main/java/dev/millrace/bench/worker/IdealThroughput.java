package dev.millrace.bench.worker;

import dev.millrace.bench.cluster.BacklogLoader;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.contender.Contender;
import dev.millrace.bench.contender.ContenderTask;
import dev.millrace.bench.contender.Work;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.report.IdealRow;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** Measures Millrace with calls of one second. */
record IdealThroughput(BenchContext context) {
    private static final Duration LATENCY = Duration.ofSeconds(1);

    List<IdealRow> measure() throws IOException, InterruptedException {
        WorkerBenchPlan plan = context.plan();
        try (ChildProcess provider = context.provider(LATENCY)) {
            var http = new Work.OverHttp(URI.create(provider.ready()));
            return List.of(
                    run("http", http, plan.minInFlight()),
                    run("in-process", new Work.InProcess(LATENCY), plan.maxInFlight()));
        }
    }

    private IdealRow run(String transport, Work work, int inFlight)
            throws IOException, InterruptedException {
        String name = "ideal-" + transport;
        int jobs = context.plan().sizes().rounds() * inFlight;
        BenchPipeline pipeline =
                context.cluster()
                        .create("bench-" + name + ".", context.plan().partitions(), List.of());
        BacklogLoader.load(pipeline, jobs, context.clock());
        var task = new ContenderTask(Contender.MILLRACE, pipeline, work, inFlight);
        var trial = new ContenderTrial(task, jobs, Duration.ZERO, context.ticker());
        var row = new IdealRow(transport, inFlight, LATENCY, trial.run(context, name, true));
        context.cluster().delete(pipeline);
        return row;
    }
}
