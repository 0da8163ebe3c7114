package dev.millrace.bench.quota;

import dev.millrace.bench.cluster.BacklogLoader;
import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.SimulatorSettings;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** One measurement: a provider with a strict limit, a pipeline and its workers. */
final class QuotaTrial implements AutoCloseable {
    private static final int PARTITIONS = 12;
    private static final Duration SAMPLE = Duration.ofMillis(100);
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);
    private final BenchCluster cluster;
    private final InstantSource clock;
    private final LongSupplier ticker;
    private final BenchPipeline pipeline;
    private final Simulator provider;
    private final WorkerFleet fleet;

    /**
     * What all measurements share.
     *
     * @param folder folder of the files
     * @param cluster the broker
     * @param clock time of records and calls
     * @param ticker monotonic nanoseconds
     */
    record Context(
            WorkFolder folder, BenchCluster cluster, InstantSource clock, LongSupplier ticker) {}

    /**
     * Starts the provider.
     *
     * @param name name of topics and files
     * @param provided the provider's limits, in YAML's flow style
     * @param configured the settings of the model in the workers, in YAML's flow style
     */
    QuotaTrial(Context context, String name, String provided, String configured)
            throws IOException {
        this.cluster = context.cluster();
        this.clock = context.clock();
        this.ticker = context.ticker();
        this.pipeline = cluster.create("bench-quota-" + name + ".", PARTITIONS, List.of());
        this.provider = Simulator.start(settings(provided), "127.0.0.1", 0);
        this.fleet =
                new WorkerFleet(
                        context.folder(),
                        name,
                        pipeline.workerYaml(
                                provider.baseUri().resolve("/v1"),
                                configured,
                                "max_in_flight: 300"));
    }

    private static SimulatorSettings settings(String limits) {
        String yaml =
                """
                models: { "*": { latency: { p50: 400ms, p99: 2s }, limits: %s } }
                """
                        .formatted(limits);
        return SimulatorSettings.parse("bench", yaml);
    }

    /** Publishes jobs; returns when all are written. */
    void publish(int jobs) {
        BacklogLoader.load(pipeline, jobs, clock);
    }

    /** Sets the number of workers. */
    Instant resize(int workers) throws IOException {
        fleet.resize(workers);
        return clock.instant();
    }

    /** Waits until each of the given number of workers has partitions. */
    void awaitWorkers(int count) throws IOException, InterruptedException {
        long start = ticker.getAsLong();
        while (cluster.workersWithPartitions(pipeline) < count
                && ticker.getAsLong() - start < START_TIMEOUT.toNanos()) {
            pause(SAMPLE);
        }
    }

    /** Waits for the first answered call, at most for a minute. */
    void awaitFirstCall() {
        awaitAnswered(1, START_TIMEOUT);
    }

    /**
     * Waits until calls are answered.
     *
     * @return false when the time is over first, or a worker has ended
     */
    boolean awaitAnswered(long calls, Duration timeout) {
        long start = ticker.getAsLong();
        while (answered() < calls) {
            if (ticker.getAsLong() - start > timeout.toNanos() || fleet.problem().isPresent()) {
                return false;
            }
            pause(SAMPLE);
        }
        return true;
    }

    /** Lets the given time pass. */
    void pass(Duration time) {
        long start = ticker.getAsLong();
        while (ticker.getAsLong() - start < time.toNanos()) {
            pause(SAMPLE);
        }
    }

    Instant now() {
        return clock.instant();
    }

    /** Returns the calls that have ended so far. */
    CallTimeline calls() {
        return CallTimeline.of(provider.ledger().entries());
    }

    /** Describes workers that ended early and jobs that were billed twice; empty = neither. */
    Optional<String> problem() {
        long twice = provider.ledger().summary().billedMoreThanOnce();
        return fleet.problem()
                .or(
                        () ->
                                twice == 0
                                        ? Optional.empty()
                                        : Optional.of(twice + " jobs were billed twice"));
    }

    private long answered() {
        return provider.statistics().total().outcome("answered");
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    @Override
    public void close() throws IOException {
        fleet.close();
        provider.close();
        try {
            cluster.delete(pipeline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
