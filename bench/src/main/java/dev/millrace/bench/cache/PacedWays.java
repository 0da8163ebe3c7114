package dev.millrace.bench.cache;

import dev.millrace.bench.cache.CacheFigures.WayLatency;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.CommittedReader;
import dev.millrace.bench.cluster.LatencyRun;
import dev.millrace.bench.cluster.NumberedRequest;
import dev.millrace.bench.cluster.OpenLoopSubmitter;
import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.process.ChildProcess;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The ways through one process. They take turns, so that all ways meet the same conditions. */
final class PacedWays implements AutoCloseable {
    private final List<Way> ways;
    private final CachePlan plan;
    private final ChildProcess child;
    private final LatencyRun run;
    private final OpenLoopSubmitter load;
    private final CommittedReader reader;

    /**
     * @param child closed by {@link #close}
     * @param outputs topics with the output of all ways; their earlier records are ignored
     */
    PacedWays(
            List<Way> ways,
            CachePlan plan,
            ChildProcess child,
            BenchPipeline pipeline,
            List<String> outputs,
            InstantSource clock,
            LongSupplier ticker) {
        this.ways = ways;
        this.plan = plan;
        this.child = child;
        run = new LatencyRun(plan.warmUp(), plan.pace(), plan.rounds() * ways.size(), ticker);
        load =
                new OpenLoopSubmitter(
                        pipeline,
                        (number, _) -> way(number).request(pipeline, number),
                        run.jobs(),
                        clock,
                        ticker);
        reader =
                new CommittedReader(
                        pipeline, outputs, output -> NumberedRequest.number(output.value()));
        reader.skipToEnd();
    }

    /** Returns the way of a request; the requests of the warm-up take turns. */
    private Way way(long number) {
        long measured = number - run.firstOf(0);
        long turn = measured < 0 ? number : measured / plan.pace().jobs();
        return ways.get((int) (turn % ways.size()));
    }

    /** Sends the requests of the warm-up; returns true when all their output arrived. */
    boolean warmUp() throws InterruptedException {
        return run.warmUp(load, reader, child);
    }

    /** Measures each way once; returns true when all output arrived. */
    boolean round() throws InterruptedException {
        for (int i = 0; i < ways.size(); i++) {
            if (!run.round(load, reader, child)) {
                return false;
            }
        }
        return true;
    }

    /** Describes missing and superfluous output; empty when there is none. */
    Optional<String> problem() {
        return run.problem(child);
    }

    /** Returns the latencies of all ways over all rounds. */
    List<WayLatency> latencies() {
        return IntStream.range(0, ways.size())
                .mapToObj(i -> new WayLatency(ways.get(i), LatencyPercentiles.of(nanos(i))))
                .toList();
    }

    private long[] nanos(int way) {
        return IntStream.range(0, plan.rounds())
                .mapToObj(round -> run.roundNanos(round * ways.size() + way))
                .flatMapToLong(LongStream::of)
                .toArray();
    }

    @Override
    public void close() {
        reader.close();
        load.close();
        child.close();
    }
}
