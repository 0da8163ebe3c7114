package dev.millrace.bench.quota;

import dev.millrace.bench.cluster.BacklogLoader;
import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.ModelJobs;
import dev.millrace.bench.figures.StolenTime;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.SimulatorSettings;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** One measurement: a provider with a strict limit, a pipeline and its workers. */
final class QuotaTrial implements AutoCloseable {
    private static final int PARTITIONS = 12;

    /** More than any backlog, so that jobs of two models have different numbers. */
    private static final long MAX_JOBS = 1_000_000_000;

    private static final Duration SAMPLE = Duration.ofMillis(100);
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);
    private final BenchCluster cluster;
    private final InstantSource clock;
    private final LongSupplier ticker;
    private final BenchPipeline pipeline;
    private final List<String> models;
    private final Simulator provider;
    private final StolenTime stolen = StolenTime.ofThisMachine();

    /** Workers of each model. */
    private final List<WorkerFleet> fleets;

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
     * The limits of a measurement, in YAML's flow style.
     *
     * @param name name of topics and files
     * @param models models of the provider; each worker serves one of them
     * @param provided the provider's limits of all its models
     * @param ofProvider settings of the provider in the workers; may be empty
     * @param ofModel settings of each model in the workers; may be empty
     */
    record Setting(
            String name, List<String> models, String provided, String ofProvider, String ofModel) {}

    /** Starts the provider. */
    QuotaTrial(Context context, Setting setting) {
        this.cluster = context.cluster();
        this.clock = context.clock();
        this.ticker = context.ticker();
        this.models = setting.models();
        this.pipeline =
                cluster.create(
                        "bench-quota-" + setting.name() + ".", PARTITIONS, models, List.of());
        this.provider = Simulator.start(settings(setting.provided()), "127.0.0.1", 0);
        String address = BenchPipeline.baseUrl(provider.baseUri().resolve("/v1"));
        this.fleets =
                models.stream()
                        .map(
                                model ->
                                        new WorkerFleet(
                                                context.folder(),
                                                setting.name() + "-" + model,
                                                pipeline.workerYaml(
                                                        models,
                                                        address + ", " + setting.ofProvider(),
                                                        setting.ofModel(),
                                                        "models: ["
                                                                + model
                                                                + "], max_in_flight: 300")))
                        .toList();
    }

    private static SimulatorSettings settings(String limits) {
        String yaml =
                """
                models: { "*": { latency: { p50: 400ms, p99: 2s } } }
                accounts: { "*": { limits: %s } }
                """
                        .formatted(limits);
        return SimulatorSettings.parse("bench", yaml);
    }

    /** Publishes jobs of the first model; returns when all are written. */
    void publish(int jobs) {
        publish(jobs, models.getFirst());
    }

    /** Publishes jobs of a model, once for each model; returns when all are written. */
    void publish(int jobs, String model) {
        long first = models.indexOf(model) * MAX_JOBS;
        BacklogLoader.load(pipeline, new ModelJobs(pipeline, model, first), jobs, clock);
    }

    /** Sets the number of workers of each model. */
    Instant resize(int workers) throws IOException {
        stolen.sample(clock.instant());
        for (WorkerFleet fleet : fleets) {
            fleet.resize(workers);
        }
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
            if (ticker.getAsLong() - start > timeout.toNanos() || fleetProblem().isPresent()) {
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

    /** Returns the calls of a model that have ended so far. */
    CallTimeline calls(String model) {
        String name = BenchPipeline.upstreamModel(model);
        return CallTimeline.of(
                provider.ledger().entries().stream()
                        .filter(it -> it.model().equals(name))
                        .toList());
    }

    /** Describes workers that ended early and jobs that were billed twice; empty = neither. */
    Optional<String> problem() {
        long twice = provider.ledger().summary().billedMoreThanOnce();
        return fleetProblem()
                .or(
                        () ->
                                twice == 0
                                        ? Optional.empty()
                                        : Optional.of(twice + " jobs were billed twice"));
    }

    private Optional<String> fleetProblem() {
        return fleets.stream().flatMap(it -> it.problem().stream()).findFirst();
    }

    private long answered() {
        return provider.statistics().total().outcome("answered");
    }

    /**
     * Returns the part of the machine's processor time that its host gave to others, 0 to 1; empty
     * if unknown.
     */
    OptionalDouble stolen(Instant from, Instant to) {
        return stolen.between(from, to);
    }

    private void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
        stolen.sample(clock.instant());
    }

    @Override
    public void close() throws IOException {
        fleets.forEach(WorkerFleet::close);
        provider.close();
        try {
            cluster.delete(pipeline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
