package dev.millrace.bench.router;

import dev.millrace.bench.cluster.Backlog;
import dev.millrace.bench.cluster.Cluster;
import dev.millrace.bench.cluster.OpenLoop;
import dev.millrace.bench.cluster.OpenLoop.Pace;
import dev.millrace.bench.cluster.PacedRun;
import dev.millrace.bench.cluster.Pipeline;
import dev.millrace.bench.process.Child;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Measures all ways in turns, on a broker of its own. */
record RouterBench(
        WorkFolder folder,
        Terminal terminal,
        InstantSource clock,
        LongSupplier ticker,
        ClassifyTrial classification,
        RouterSizes sizes) {
    private static final int PARTITIONS = 4;

    /** The same for both. */
    private static final String HEAP = "-Xmx1g";

    /** Longest time between two commits at a backlog, for both. */
    private static final int BACKLOG_COMMIT_MILLIS = 100;

    /** The same where latency is measured: the router's own pace, and the best of the other. */
    private static final int PACED_COMMIT_MILLIS = 10;

    /**
     * Runs all of it, one process after the other.
     *
     * @throws IOException when a process does not start, or the broker fails
     */
    RouterFigures measure() throws IOException, InterruptedException {
        List<RouterFigures.Backlog> backlogs = new ArrayList<>();
        List<RouterFigures.Latency> latencies = new ArrayList<>();
        try (var cluster = Cluster.start(folder)) {
            for (int round = 1; round <= sizes.rounds(); round++) {
                for (Way way : Way.values()) {
                    backlogs.add(backlog(cluster, way, round));
                }
            }
            for (Pace pace : sizes.paces()) {
                for (Way way : Way.values()) {
                    latencies.add(latency(cluster, way, pace));
                }
            }
        }
        terminal.say("measuring classification");
        return new RouterFigures(backlogs, latencies, classification.run(sizes.classifyRounds()));
    }

    private RouterFigures.Backlog backlog(Cluster cluster, Way way, int round)
            throws IOException, InterruptedException {
        String name = "backlog-" + round + "-" + way.word();
        Pipeline pipeline = create(cluster, name);
        Backlog.load(pipeline, way.requests(pipeline), sizes.jobs(), clock);
        var task = task(way, pipeline, name, BACKLOG_COMMIT_MILLIS);
        try (Child child = start(name, task)) {
            return new BacklogTrial(task, sizes.jobs(), ticker).run(child);
        } finally {
            cluster.delete(pipeline);
        }
    }

    private RouterFigures.Latency latency(Cluster cluster, Way way, Pace pace)
            throws IOException, InterruptedException {
        String name = "latency-" + pace.perSecond() + "-" + way.word();
        Pipeline pipeline = create(cluster, name);
        var task = task(way, pipeline, name, PACED_COMMIT_MILLIS);
        var run = new PacedRun(sizes.warmUp(), pace, ticker);
        var requests = way.requests(pipeline);
        try (Child child = start(name, task);
                var load = new OpenLoop(pipeline, requests, run.jobs(), clock, ticker);
                var reader = task.reader()) {
            var outcome = run.run(load, reader, child);
            return new RouterFigures.Latency(
                    way, pace.perSecond(), outcome.took(), outcome.problem());
        } finally {
            cluster.delete(pipeline);
        }
    }

    private static Pipeline create(Cluster cluster, String name) {
        return cluster.create("bench-" + name + ".", PARTITIONS, List.of(Way.PASS.word()));
    }

    private WayTask task(Way way, Pipeline pipeline, String name, int commitMillis) {
        return new WayTask(way, pipeline, commitMillis, folder.file("state-" + name));
    }

    private Child start(String name, WayTask task) throws IOException {
        terminal.say("measuring " + name);
        return Child.start(folder, name, WayProgram.class, List.of(HEAP), task.arguments());
    }
}
