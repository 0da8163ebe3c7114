package dev.millrace.bench.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bench.cache.EntriesFigures.Takeover;
import dev.millrace.bench.cluster.BacklogLoader;
import dev.millrace.bench.cluster.BacklogRun;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.CommittedReader;
import dev.millrace.bench.cluster.JobFactory;
import dev.millrace.bench.cluster.NumberedRequest;
import dev.millrace.bench.figures.StolenPart;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.contracts.control.CacheStats;
import dev.millrace.contracts.control.ControlStateBuilder;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Fills the cache of a router, then measures its memory, takeovers by other routers, and the
 * throughput of hits. One router runs at a time, except for the standby.
 */
final class EntriesTrial implements AutoCloseable {
    private static final int MIB = 1 << 20;
    private static final int COMMIT_MILLIS = 100;

    /** Enough requests for every partition. */
    private static final int PROBES = 200;

    private static final Duration POLL_TIMEOUT = Duration.ofMillis(20);

    /** Routers publish their statistics every ten seconds. */
    private static final Duration STATS_TIMEOUT = Duration.ofSeconds(30);

    /** Longer than the restore of the largest cache. */
    private static final Duration STALL_TIMEOUT = Duration.ofMinutes(20);

    private final CachePlan plan;
    private final BenchPipeline pipeline;
    private final StoredAnswers answers;
    private final WorkFolder folder;
    private final Terminal terminal;
    private final InstantSource clock;
    private final LongSupplier ticker;
    private final List<String> problems = new ArrayList<>();
    private int routers;
    private int asked;
    private Path state;
    private ChildProcess router;

    /**
     * Starts a router.
     *
     * @throws IOException when the router does not start
     */
    EntriesTrial(
            CachePlan plan,
            BenchPipeline pipeline,
            StoredAnswers answers,
            WorkFolder folder,
            Terminal terminal,
            InstantSource clock,
            LongSupplier ticker)
            throws IOException {
        this.plan = plan;
        this.pipeline = pipeline;
        this.answers = answers;
        this.folder = folder;
        this.terminal = terminal;
        this.clock = clock;
        this.ticker = ticker;
        state = emptyState();
        router = startRouter("first", state);
    }

    /** Returns missing and superfluous results; empty if each request was answered once. */
    List<String> problems() {
        return problems;
    }

    /**
     * Runs the measurement.
     *
     * @throws IOException when a process does not start or stores no answers
     */
    EntriesFigures run() throws IOException, InterruptedException {
        List<Takeover> takeovers = new ArrayList<>();
        answers.answerKnownQuestions(router);
        takeovers.add(restart());
        terminal.say("storing " + plan.entries() + " answers");
        answers.fill(plan.entries(), router);
        long liveHeapMib = liveHeapMib();
        long residentMib = router.memory().residentMib();
        long diskMib = diskMib();
        terminal.say("restoring them on another router");
        takeovers.add(restart());
        terminal.say("measuring hits");
        var stolen = new StolenPart(clock);
        var hits = hits();
        var stolenOfHits = stolen.sinceBegin();
        terminal.say("restoring a standby copy, then killing its router");
        takeovers.add(withStandby());
        CacheStats stats = stats();
        if (stats.entries() != answers.written()) {
            problems.add(
                    "the cache has " + stats.entries() + " of " + answers.written() + " entries");
        }
        var memory =
                new EntriesFigures.Memory(
                        stats.entries(), stats.bytes(), liveHeapMib, residentMib, diskMib);
        return new EntriesFigures(memory, hits.steady(), stolenOfHits, takeovers);
    }

    private Path emptyState() {
        return folder.file("state-" + routers);
    }

    private ChildProcess startRouter(String instance, Path stateFolder) throws IOException {
        routers++;
        return ChildProcess.start(
                folder,
                "router-" + routers,
                CacheRouterProgram.class,
                List.of("-Xmx" + EntriesFigures.HEAP_MIB + "m"),
                CacheRouterProgram.arguments(pipeline, COMMIT_MILLIS, instance, stateFolder));
    }

    private long liveHeapMib() throws IOException {
        router.requestLiveHeap();
        return router.liveHeapMib();
    }

    private long diskMib() throws IOException {
        long bytes = 0;
        try (var all = Files.walk(state)) {
            for (Path each : all.toList()) {
                // A compaction may delete files meanwhile.
                bytes += Files.isRegularFile(each) ? each.toFile().length() : 0;
            }
        }
        return bytes / MIB;
    }

    /** Kills the router, and starts it again without its state, as on another machine. */
    private Takeover restart() throws IOException {
        try (var results = newResults()) {
            var stolen = new StolenPart(clock);
            long begin = ticker.getAsLong();
            router.kill();
            load(PROBES);
            state = emptyState();
            router = startRouter("first", state);
            return takeover(results, begin, false, stolen);
        }
    }

    /** Kills the router beside another one, which has a standby copy and continues. */
    private Takeover withStandby() throws IOException, InterruptedException {
        ChildProcess killed = router;
        state = emptyState();
        router = startRouter("second", state);
        try (killed;
                var results = newResults()) {
            router.awaitIdle();
            var stolen = new StolenPart(clock);
            long begin = ticker.getAsLong();
            killed.kill();
            load(PROBES);
            return takeover(results, begin, true, stolen);
        }
    }

    private Takeover takeover(
            CommittedReader results, long begin, boolean hasStandby, StolenPart stolen) {
        read(results, PROBES);
        return new Takeover(
                answers.written(),
                hasStandby,
                Duration.ofNanos(ticker.getAsLong() - begin),
                stolen.sinceBegin());
    }

    /** Starts the router again, with its state, on a backlog of requests with stored answers. */
    private BacklogRun.Result hits() throws IOException {
        try (var results = newResults()) {
            router.close();
            load(plan.hits());
            router = startRouter("first", state);
            return read(results, plan.hits());
        }
    }

    /** Returns a reader of the results of the next requests, which numbers them from 0. */
    private CommittedReader newResults() {
        int first = asked;
        var results =
                new CommittedReader(
                        pipeline,
                        List.of(pipeline.results("")),
                        result -> NumberedRequest.number(result.value()) - first);
        results.skipToEnd();
        return results;
    }

    /** Writes requests whose answers are stored. */
    private void load(int count) {
        int first = asked;
        asked += count;
        JobFactory requests = (number, _) -> Way.HIT.request(pipeline, first + number);
        BacklogLoader.load(pipeline, requests, count, clock);
    }

    private BacklogRun.Result read(CommittedReader results, int count) {
        var result = new BacklogRun(count, STALL_TIMEOUT, ticker).run(results, router);
        result.problem().ifPresent(problems::add);
        return result;
    }

    /** Returns the statistics that the routers publish, once they count all entries. */
    private CacheStats stats() {
        var control = new ControlStateBuilder();
        var onePartition = new BenchPipeline(pipeline.bootstrap(), pipeline.prefix(), 1);
        CacheStats stats = CacheStats.NONE;
        try (var reader = new CommittedReader(onePartition, List.of(pipeline.control()), _ -> -1)) {
            long begin = ticker.getAsLong();
            while (stats.entries() != answers.written()
                    && ticker.getAsLong() - begin < STATS_TIMEOUT.toNanos()) {
                reader.readRecords(
                        POLL_TIMEOUT, it -> control.add(new String(it.key(), UTF_8), it.value()));
                stats = control.state().cache().total();
            }
        }
        return stats;
    }

    @Override
    public void close() {
        router.close();
    }
}
