package dev.millrace.bench.takeover;

import dev.millrace.bench.cluster.Backlog;
import dev.millrace.bench.cluster.Cluster;
import dev.millrace.bench.cluster.CommittedReader;
import dev.millrace.bench.cluster.JobMaker;
import dev.millrace.bench.cluster.NumberedRequest;
import dev.millrace.bench.cluster.Pipeline;
import dev.millrace.bench.figures.Seen;
import dev.millrace.bench.process.Child;
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
 * are in one partition, so that the other router has all of them to restore.
 */
public record TakeoverBench(
        WorkFolder folder,
        Terminal terminal,
        InstantSource clock,
        LongSupplier ticker,
        int entries) {
    private static final String HEAP = "-Xmx1g";
    private static final Duration STEP = Duration.ofMillis(20);
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);

    /** A router that follows a changelog takes more of a processor than this, an idle one less. */
    private static final double IDLE = 0.3;

    private static final int IDLE_SECONDS = 5;

    /**
     * Measures without a standby, then with one.
     *
     * @throws IOException when a process does not start, or the broker fails
     */
    public List<Takeover> measure() throws IOException, InterruptedException {
        List<Takeover> all = new ArrayList<>();
        try (var cluster = Cluster.start(folder)) {
            for (int standbys = 0; standbys <= 1; standbys++) {
                Pipeline pipeline =
                        cluster.create("bench-takeover-" + standbys + ".", 1, List.of());
                all.add(takeover(pipeline, standbys));
                cluster.delete(pipeline);
            }
        }
        return all;
    }

    private Takeover takeover(Pipeline pipeline, int standbys)
            throws IOException, InterruptedException {
        var seen = new Seen(entries + 1);
        JobMaker requests = NumberedRequest.shortOnes(pipeline);
        try (var reader = reader(pipeline);
                Child first = router("first", pipeline, standbys)) {
            terminal.say("routing " + entries + " jobs");
            Backlog.load(pipeline, requests, entries, clock);
            read(reader, seen, entries, first);
            try (Child second = router("second", pipeline, standbys)) {
                awaitIdle(second);
                terminal.say("killing a router, standbys: " + standbys);
                first.kill();
                long killed = ticker.getAsLong();
                Backlog.load(pipeline, (_, at) -> requests.of(entries, at), 1, clock);
                read(reader, seen, entries + 1, second);
                var took = Duration.ofNanos(ticker.getAsLong() - killed);
                Optional<String> problem = seen.problem();
                return new Takeover(
                        standbys,
                        entries,
                        Optional.of(took).filter(_ -> problem.isEmpty()),
                        problem);
            }
        }
    }

    private static CommittedReader reader(Pipeline pipeline) {
        return new CommittedReader(
                pipeline,
                List.of(pipeline.jobs(Lane.NORMAL), pipeline.jobs(Lane.BULK)),
                output -> NumberedRequest.number(output.value()));
    }

    private Child router(String name, Pipeline pipeline, int standbys) throws IOException {
        String file = name + "-" + standbys;
        return Child.start(
                folder,
                file,
                RouterProgram.class,
                List.of(HEAP),
                RouterProgram.arguments(pipeline, standbys, folder.file("state-" + file)));
    }

    private void read(CommittedReader reader, Seen seen, int wanted, Child router) {
        long last = ticker.getAsLong();
        while (seen.distinct() < wanted
                && router.isAlive()
                && ticker.getAsLong() - last < LONGEST_SILENCE.toNanos()) {
            int before = seen.distinct();
            reader.read(STEP, seen::add);
            last = seen.distinct() > before ? ticker.getAsLong() : last;
        }
    }

    /**
     * Waits until the router has joined the group and, as a standby, has followed the changelog.
     */
    private static void awaitIdle(Child router) throws InterruptedException {
        for (int idle = 0; idle < IDLE_SECONDS && router.isAlive(); ) {
            Duration before = router.cpu();
            Thread.sleep(Duration.ofSeconds(1));
            double used = (double) router.cpu().minus(before).toMillis() / 1_000;
            idle = used < IDLE ? idle + 1 : 0;
        }
    }
}
