package dev.millrace.bench.worker;

import dev.millrace.bench.cluster.BacklogLoader;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.contender.Contender;
import dev.millrace.bench.contender.ContenderTask;
import dev.millrace.bench.contender.Work;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.report.Measurement;
import dev.millrace.bench.report.ThroughputRow;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs all contenders on the same backlog, one after another. */
record ThroughputComparison(BenchContext context) {
    List<ThroughputRow> measure(Measurement measurement) throws IOException, InterruptedException {
        return switch (measurement) {
            case WORK_0MS -> measure(measurement, Work.ofMillis(0));
            case WORK_10MS -> measure(measurement, Work.ofMillis(10));
            case WORK_100MS -> measure(measurement, Work.ofMillis(100));
            case HTTP -> {
                try (ChildProcess provider = context.provider(Duration.ZERO)) {
                    yield measure(measurement, new Work.OverHttp(URI.create(provider.ready())));
                }
            }
            case IDEAL, LATENCY, LIMITS -> List.of();
        };
    }

    /** Runs Millrace last, because it deletes finished jobs from the topic. */
    private List<ThroughputRow> measure(Measurement measurement, Work work)
            throws IOException, InterruptedException {
        WorkerBenchPlan plan = context.plan();
        List<Contender> others =
                plan.contenders().stream().filter(it -> it != Contender.MILLRACE).toList();
        var rows = new ArrayList<ThroughputRow>();
        BenchPipeline shared =
                loaded(
                        measurement,
                        measurement.key(),
                        others.stream().map(Contender::key).toList());
        for (Contender contender : others) {
            rows.add(
                    run(
                            measurement,
                            new ContenderTask(
                                    contender,
                                    shared,
                                    work,
                                    plan.concurrency(contender, measurement))));
        }
        if (plan.contenders().contains(Contender.MILLRACE)) {
            BenchPipeline next = shared;
            for (int inFlight : plan.inFlight(measurement)) {
                rows.add(
                        run(
                                measurement,
                                new ContenderTask(Contender.MILLRACE, next, work, inFlight)));
                context.cluster().delete(next);
                if (inFlight != plan.inFlight(measurement).getLast()) {
                    next = loaded(measurement, measurement.key() + "-again", List.of());
                }
            }
        } else {
            context.cluster().delete(shared);
        }
        return rows;
    }

    private BenchPipeline loaded(Measurement measurement, String name, List<String> owners) {
        BenchPipeline pipeline =
                context.cluster()
                        .create("bench-" + name + ".", context.plan().partitions(), owners);
        BacklogLoader.load(
                pipeline, context.plan().sizes().jobs().of(measurement), context.clock());
        return pipeline;
    }

    private ThroughputRow run(Measurement measurement, ContenderTask task) throws IOException {
        WorkerBenchSizes sizes = context.plan().sizes();
        String name = measurement.key() + "-" + task.contender().key() + "-" + task.concurrency();
        var trial =
                new ContenderTrial(
                        task,
                        sizes.jobs().of(measurement),
                        sizes.otherTimeLimit(),
                        context.ticker());
        return new ThroughputRow(
                measurement, task.contender(), task.concurrency(), trial.run(context, name, false));
    }
}
