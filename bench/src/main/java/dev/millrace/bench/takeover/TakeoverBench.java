package dev.millrace.bench.takeover;

import dev.millrace.bench.cluster.BacklogLoader;
import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.CommittedReader;
import dev.millrace.bench.cluster.JobFactory;
import dev.millrace.bench.cluster.NumberedRequest;
import dev.millrace.bench.figures.ResultTracker;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.contracts.job.Lane;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Kills a router that remembers many jobs and measures how long the next request waits. All jobs
 * are in one partition, so that the other router must restore all of them.
 */
public record TakeoverBench(
        WorkFolder folder,
        Terminal terminal,
        InstantSource clock,
        LongSupplier ticker,
        int entries) {
    private static final String HEAP = "-Xmx1g";
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(20);
    private static final Duration STALL_TIMEOUT = Duration.ofMinutes(5);

    /**
     * Measures a takeover without a standby, then one with a standby.
     *
     * @throws IOException when a process does not start or the broker fails
     */
    public List<TakeoverResult> measure() throws IOException, InterruptedException {
        List<TakeoverResult> all = new ArrayList<>();
        try (var cluster = BenchCluster.start(folder)) {
            for (int standbys = 0; standbys <= 1; standbys++) {
                BenchPipeline pipeline =
                        cluster.create("bench-takeover-" + standbys + ".", 1, List.of());
                all.add(takeover(pipeline, standbys));
                cluster.delete(pipeline);
            }
        }
        return all;
    }

    private TakeoverResult takeover(BenchPipeline pipeline, int standbys)
            throws IOException, InterruptedException {
        var tracker = new ResultTracker(entries + 1);
        JobFactory requests = NumberedRequest.small(pipeline);
        try (var reader = reader(pipeline);
                ChildProcess first = router("first", pipeline, standbys)) {
            terminal.say("routing " + entries + " jobs");
            BacklogLoader.load(pipeline, requests, entries, clock);
            read(reader, tracker, entries, first);
            Duration duration = untilNextJob(first, pipeline, standbys, reader, tracker);
            Optional<String> problem = tracker.problem();
            return new TakeoverResult(
                    standbys,
                    entries,
                    Optional.of(duration).filter(_ -> problem.isEmpty()),
                    problem);
        }
    }

    /**
     * Kills the first router and returns the time until the second one forwards a job.
     *
     * <p>A second router that runs beside the first one always reads the changelog, as a standby or
     * to warm up. Without a standby, the second router therefore starts after the kill.
     */
    private Duration untilNextJob(
            ChildProcess first,
            BenchPipeline pipeline,
            int standbys,
            CommittedReader reader,
            ResultTracker tracker)
            throws IOException, InterruptedException {
        if (standbys == 0) {
            long killed = kill(first, standbys);
            try (ChildProcess second = router("second", pipeline, standbys)) {
                return Duration.ofNanos(forwardOne(second, pipeline, reader, tracker) - killed);
            }
        }
        try (ChildProcess second = router("second", pipeline, standbys)) {
            // It has joined the group, and the standby has caught up with the changelog.
            second.awaitIdle();
            long killed = kill(first, standbys);
            return Duration.ofNanos(forwardOne(second, pipeline, reader, tracker) - killed);
        }
    }

    private long kill(ChildProcess router, int standbys) {
        terminal.say("killing a router, standbys: " + standbys);
        router.kill();
        return ticker.getAsLong();
    }

    /** Publishes one more job; returns the ticker time at which the router forwarded it. */
    private long forwardOne(
            ChildProcess router,
            BenchPipeline pipeline,
            CommittedReader reader,
            ResultTracker tracker) {
        JobFactory requests = NumberedRequest.small(pipeline);
        BacklogLoader.load(pipeline, (_, at) -> requests.of(entries, at), 1, clock);
        read(reader, tracker, entries + 1, router);
        return ticker.getAsLong();
    }

    private static CommittedReader reader(BenchPipeline pipeline) {
        return new CommittedReader(
                pipeline,
                List.of(pipeline.jobs(Lane.NORMAL), pipeline.jobs(Lane.BULK)),
                output -> NumberedRequest.number(output.value()));
    }

    private ChildProcess router(String name, BenchPipeline pipeline, int standbys)
            throws IOException {
        String file = name + "-" + standbys;
        return ChildProcess.start(
                folder,
                file,
                RouterProgram.class,
                List.of(HEAP),
                RouterProgram.arguments(pipeline, standbys, folder.file("state-" + file)));
    }

    private void read(
            CommittedReader reader, ResultTracker tracker, int expected, ChildProcess router) {
        long last = ticker.getAsLong();
        while (tracker.distinct() < expected
                && router.isAlive()
                && ticker.getAsLong() - last < STALL_TIMEOUT.toNanos()) {
            int before = tracker.distinct();
            reader.read(POLL_TIMEOUT, tracker::add);
            last = tracker.distinct() > before ? ticker.getAsLong() : last;
        }
    }
}
