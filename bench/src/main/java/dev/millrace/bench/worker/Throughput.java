package dev.millrace.bench.worker;

import dev.millrace.bench.cluster.Backlog;
import dev.millrace.bench.cluster.Pipeline;
import dev.millrace.bench.contender.Kind;
import dev.millrace.bench.contender.Task;
import dev.millrace.bench.contender.Work;
import dev.millrace.bench.process.Child;
import dev.millrace.bench.report.Part;
import dev.millrace.bench.report.ThroughputRow;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All contenders at the same backlog, one after the other. */
record Throughput(Stage stage) {
    List<ThroughputRow> measure(Part part) throws IOException, InterruptedException {
        return switch (part) {
            case WORK_0MS -> measure(part, Work.ofMillis(0));
            case WORK_10MS -> measure(part, Work.ofMillis(10));
            case WORK_100MS -> measure(part, Work.ofMillis(100));
            case HTTP -> {
                try (Child provider = stage.provider(Duration.ZERO)) {
                    yield measure(part, new Work.OverHttp(URI.create(provider.ready())));
                }
            }
            case IDEAL, LATENCY -> List.of();
        };
    }

    /** Millrace last: it deletes from the topic what it has done. */
    private List<ThroughputRow> measure(Part part, Work work)
            throws IOException, InterruptedException {
        BenchPlan plan = stage.plan();
        List<Kind> others = plan.contenders().stream().filter(it -> it != Kind.MILLRACE).toList();
        var rows = new ArrayList<ThroughputRow>();
        Pipeline shared = loaded(part, part.word(), others.stream().map(Kind::word).toList());
        for (Kind kind : others) {
            rows.add(run(part, new Task(kind, shared, work, plan.concurrency(kind, part))));
        }
        if (plan.contenders().contains(Kind.MILLRACE)) {
            Pipeline next = shared;
            for (int inFlight : plan.inFlight(part)) {
                rows.add(run(part, new Task(Kind.MILLRACE, next, work, inFlight)));
                stage.cluster().delete(next);
                if (inFlight != plan.inFlight(part).getLast()) {
                    next = loaded(part, part.word() + "-again", List.of());
                }
            }
        } else {
            stage.cluster().delete(shared);
        }
        return rows;
    }

    private Pipeline loaded(Part part, String name, List<String> owners) {
        Pipeline pipeline =
                stage.cluster().create("bench-" + name + ".", stage.plan().partitions(), owners);
        Backlog.load(pipeline, stage.plan().sizes().jobs().of(part), stage.clock());
        return pipeline;
    }

    private ThroughputRow run(Part part, Task task) throws IOException {
        Sizes sizes = stage.plan().sizes();
        String name = part.word() + "-" + task.kind().word() + "-" + task.concurrency();
        var trial = new Trial(task, sizes.jobs().of(part), sizes.otherContenders(), stage.ticker());
        return new ThroughputRow(
                part, task.kind(), task.concurrency(), trial.run(stage, name, false));
    }
}
