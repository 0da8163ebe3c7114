package dev.millrace.bench.cache;

import dev.millrace.bench.cache.CacheFigures.WayLatency;
import dev.millrace.bench.cache.CachePlan.Part;
import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.figures.StolenPart;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.contracts.job.Lane;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/** Measures the cache and budgets on its own broker. */
record CacheBench(
        CachePlan plan,
        WorkFolder folder,
        Terminal terminal,
        InstantSource clock,
        LongSupplier ticker) {
    private static final int PARTITIONS = 4;

    /** Heap of the processes whose latency is measured. */
    private static final String HEAP = "-Xmx" + EntriesFigures.HEAP_MIB + "m";

    /** Commit interval of plain Streams: that of a router without a backlog. */
    private static final int COMMIT_MILLIS = 10;

    private record Latencies(
            List<WayLatency> rows, OptionalDouble stolen, Optional<String> problem) {
        static final Latencies NONE =
                new Latencies(List.of(), OptionalDouble.empty(), Optional.empty());
    }

    /**
     * Runs all parts of the plan.
     *
     * @throws IOException when a process does not start or stores no answers
     */
    CacheFigures measure() throws IOException, InterruptedException {
        List<String> problems = new ArrayList<>();
        try (var cluster = BenchCluster.start(folder)) {
            Latencies latencies = plan.has(Part.LATENCY) ? latencies(cluster) : Latencies.NONE;
            latencies.problem().ifPresent(problems::add);
            Optional<EntriesFigures> entries =
                    plan.has(Part.ENTRIES)
                            ? Optional.of(entries(cluster, problems))
                            : Optional.empty();
            return new CacheFigures(
                    plan.pace().perSecond(),
                    latencies.rows(),
                    latencies.stolen(),
                    entries,
                    problems);
        }
    }

    private Latencies latencies(BenchCluster cluster) throws IOException, InterruptedException {
        terminal.say("measuring latencies");
        try (var bare = bare(cluster);
                var routed = routed(cluster)) {
            boolean isComplete = bare.warmUp() && routed.warmUp();
            var stolen = new StolenPart(clock);
            for (int round = 0; isComplete && round < plan.rounds(); round++) {
                isComplete = bare.round() && routed.round();
            }
            Optional<String> problem = bare.problem().or(routed::problem);
            List<WayLatency> rows = new ArrayList<>();
            if (problem.isEmpty()) {
                rows.addAll(bare.latencies());
                rows.addAll(routed.latencies());
            }
            return new Latencies(rows, stolen.sinceBegin(), problem);
        }
    }

    private PacedWays bare(BenchCluster cluster) throws IOException {
        BenchPipeline pipeline =
                cluster.create("bench-bare.", PARTITIONS, List.of(BareProgram.OUTPUT));
        ChildProcess child =
                ChildProcess.start(
                        folder,
                        "bare",
                        BareProgram.class,
                        List.of(HEAP),
                        BareProgram.arguments(pipeline, COMMIT_MILLIS, folder.file("state-bare")));
        return paced(Way.BARE, child, pipeline, List.of(pipeline.results(BareProgram.OUTPUT)));
    }

    private PacedWays routed(BenchCluster cluster) throws IOException, InterruptedException {
        BenchPipeline pipeline = cluster.create("bench-routed.", PARTITIONS, List.of());
        ChildProcess child =
                ChildProcess.start(
                        folder,
                        "routed",
                        CacheRouterProgram.class,
                        List.of(HEAP),
                        CacheRouterProgram.arguments(
                                pipeline, COMMIT_MILLIS, "bench", folder.file("state-routed")));
        StoredAnswers answers = answers(cluster, pipeline);
        answers.answerKnownQuestions(child);
        answers.answerSimilarQuestions(child);
        return paced(
                Way.OF_ROUTER,
                child,
                pipeline,
                List.of(
                        pipeline.jobs(Lane.NORMAL),
                        pipeline.jobs(Lane.BULK),
                        pipeline.results("")));
    }

    private PacedWays paced(
            List<Way> ways, ChildProcess child, BenchPipeline pipeline, List<String> outputs) {
        return new PacedWays(ways, plan, child, pipeline, outputs, clock, ticker);
    }

    private StoredAnswers answers(BenchCluster cluster, BenchPipeline pipeline) {
        return new StoredAnswers(cluster, pipeline, clock, ticker);
    }

    private EntriesFigures entries(BenchCluster cluster, List<String> problems)
            throws IOException, InterruptedException {
        BenchPipeline pipeline = cluster.create("bench-entries.", PARTITIONS, List.of());
        StoredAnswers answers = answers(cluster, pipeline);
        try (var trial =
                new EntriesTrial(plan, pipeline, answers, folder, terminal, clock, ticker)) {
            EntriesFigures figures = trial.run();
            problems.addAll(trial.problems());
            return figures;
        }
    }
}
