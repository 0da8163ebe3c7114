package dev.millrace.bench.router;

import dev.millrace.bench.cluster.BacklogLoader;
import dev.millrace.bench.cluster.BacklogRun;
import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.LatencyRun;
import dev.millrace.bench.cluster.OpenLoopSubmitter;
import dev.millrace.bench.cluster.OpenLoopSubmitter.Pace;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Measures all contenders in alternation on its own broker. */
record RouterBench(
        WorkFolder folder,
        Terminal terminal,
        InstantSource clock,
        LongSupplier ticker,
        ClassifyTrial classification,
        RouterSizes sizes) {
    private static final int PARTITIONS = 4;

    /** Wait for further output of a backlog, after which the measurement ends. */
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(60);

    /** Heap of every contender. */
    private static final String HEAP = "-Xmx1g";

    /** Commit interval of all contenders with a backlog. */
    private static final int BACKLOG_COMMIT_MILLIS = 100;

    /**
     * Commit interval in the latency measurement: the router's default and the best for Streams.
     */
    private static final int PACED_COMMIT_MILLIS = 10;

    /**
     * Runs all measurements, one process at a time.
     *
     * @throws IOException when a process does not start or the broker fails
     */
    RouterFigures measure() throws IOException, InterruptedException {
        List<RouterFigures.BacklogResult> backlogs = new ArrayList<>();
        List<RouterFigures.LatencyResult> latencies = new ArrayList<>();
        try (var cluster = BenchCluster.start(folder)) {
            for (int round = 1; round <= sizes.rounds(); round++) {
                for (RouterContender contender : RouterContender.values()) {
                    backlogs.add(backlog(cluster, contender, round));
                }
            }
            for (Pace pace : sizes.paces()) {
                for (RouterContender contender : RouterContender.values()) {
                    latencies.add(latency(cluster, contender, pace));
                }
            }
        }
        terminal.say("measuring classification");
        return new RouterFigures(backlogs, latencies, classification.run(sizes.classifyRounds()));
    }

    private RouterFigures.BacklogResult backlog(
            BenchCluster cluster, RouterContender contender, int round)
            throws IOException, InterruptedException {
        String name = "backlog-" + round + "-" + contender.key();
        BenchPipeline pipeline = create(cluster, name);
        BacklogLoader.load(pipeline, contender.requests(pipeline), sizes.jobs(), clock);
        var task = task(contender, pipeline, name, BACKLOG_COMMIT_MILLIS);
        try (ChildProcess child = start(name, task);
                var reader = task.reader()) {
            var result = new BacklogRun(sizes.jobs(), STALL_TIMEOUT, ticker).run(reader, child);
            return new RouterFigures.BacklogResult(contender, result.steady(), result.problem());
        } finally {
            cluster.delete(pipeline);
        }
    }

    private RouterFigures.LatencyResult latency(
            BenchCluster cluster, RouterContender contender, Pace pace)
            throws IOException, InterruptedException {
        String name = "latency-" + pace.perSecond() + "-" + contender.key();
        BenchPipeline pipeline = create(cluster, name);
        var task = task(contender, pipeline, name, PACED_COMMIT_MILLIS);
        var run = new LatencyRun(sizes.warmUp(), pace, ticker);
        var requests = contender.requests(pipeline);
        try (ChildProcess child = start(name, task);
                var load = new OpenLoopSubmitter(pipeline, requests, run.jobs(), clock, ticker);
                var reader = task.reader()) {
            var outcome = run.run(load, reader, child);
            return new RouterFigures.LatencyResult(
                    contender, pace.perSecond(), outcome.percentiles(), outcome.problem());
        } finally {
            cluster.delete(pipeline);
        }
    }

    private static BenchPipeline create(BenchCluster cluster, String name) {
        return cluster.create(
                "bench-" + name + ".", PARTITIONS, List.of(RouterContender.PASS.key()));
    }

    private RouterTask task(
            RouterContender contender, BenchPipeline pipeline, String name, int commitMillis) {
        return new RouterTask(contender, pipeline, commitMillis, folder.file("state-" + name));
    }

    private ChildProcess start(String name, RouterTask task) throws IOException {
        terminal.say("measuring " + name);
        return ChildProcess.start(
                folder, name, RouterContenderProgram.class, List.of(HEAP), task.arguments());
    }
}
