package dev.millrace.bench.quota;

import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.JobProducer;
import dev.millrace.bench.cluster.NumberedJob;
import dev.millrace.bench.measurement.Setup;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.SimulatorSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** One measurement: a provider with a strict limit, a pipeline and its workers, each a process. */
final class QuotaTrial implements AutoCloseable {
    private static final int PARTITIONS = 12;
    private static final Duration SAMPLE = Duration.ofMillis(100);
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);
    private static final String HEAP = "-Xmx256m";

    private final Setup setup;
    private final BenchCluster cluster;
    private final String name;
    private final BenchPipeline pipeline;
    private final Simulator provider;
    private final Path config;
    private final Deque<ChildProcess> workers = new ArrayDeque<>();
    private final List<Thread> leaving = new ArrayList<>();
    private int started;

    /**
     * Starts the provider.
     *
     * @param name name of topics and files
     * @param provided the limits that the provider keeps, in YAML's flow style
     * @param configured settings of the model in the workers; may be empty
     */
    QuotaTrial(Setup setup, BenchCluster cluster, String name, String provided, String configured)
            throws IOException {
        this.setup = setup;
        this.cluster = cluster;
        this.name = name;
        pipeline = cluster.create("bench-quota-" + name + ".", PARTITIONS, List.of());
        provider = Simulator.start(settings(provided), "127.0.0.1", 0);
        config = setup.folder().file(name + ".yaml");
        Files.writeString(
                config,
                pipeline.yaml(
                                provider.baseUri().resolve("/v1"),
                                "",
                                configured,
                                "max_in_flight: 300")
                        + "metrics: { listen: \"127.0.0.1:0\" }\n");
    }

    private static SimulatorSettings settings(String limits) {
        return SimulatorSettings.parse(
                "bench",
                """
                models: { "*": { latency: { p50: 400ms, p99: 2s } } }
                accounts: { "*": { limits: %s } }
                """
                        .formatted(limits));
    }

    /** Publishes jobs; returns when all are written. */
    void publish(int jobs) {
        JobProducer.load(pipeline, NumberedJob.into(pipeline), jobs, setup.clock());
    }

    /** Starts workers until there are {@code count}, or stops the newest ones. */
    void resize(int count) throws IOException {
        while (workers.size() < count) {
            workers.add(
                    ChildProcess.millrace(
                            setup.folder(),
                            name + "-" + ++started,
                            List.of(HEAP),
                            List.of("worker", "--config", config.toString()),
                            "running "));
        }
        while (workers.size() > count) {
            leaving.add(Thread.ofVirtual().start(workers.removeLast()::close));
        }
    }

    /** Waits until each of the given number of workers has partitions. */
    void awaitWorkers(int count) throws IOException, InterruptedException {
        long start = setup.ticker().getAsLong();
        while (cluster.workersWithPartitions(pipeline) < count && !isOver(start, START_TIMEOUT)) {
            LockSupport.parkNanos(SAMPLE.toNanos());
        }
    }

    /** Waits for the first answered call, at most for a minute. */
    void awaitFirstCall() {
        var _ = awaitAnswered(1, START_TIMEOUT);
    }

    /**
     * Waits until calls are answered.
     *
     * @return false when the time is over first, or a worker has ended
     */
    boolean awaitAnswered(long calls, Duration timeout) {
        long start = setup.ticker().getAsLong();
        while (provider.statistics().total().outcome("answered") < calls) {
            if (isOver(start, timeout) || deadWorker().isPresent()) {
                return false;
            }
            LockSupport.parkNanos(SAMPLE.toNanos());
        }
        return true;
    }

    /** Lets the given time pass. */
    void pass(Duration time) {
        long start = setup.ticker().getAsLong();
        while (!isOver(start, time)) {
            LockSupport.parkNanos(SAMPLE.toNanos());
        }
    }

    private boolean isOver(long start, Duration time) {
        return setup.ticker().getAsLong() - start >= time.toNanos();
    }

    /** Returns the calls that have ended so far. */
    CallTimeline calls() {
        return CallTimeline.of(provider.ledger().entries());
    }

    /** Describes workers that ended early and jobs that were billed twice; empty = neither. */
    Optional<String> problem() {
        long twice = provider.ledger().summary().billedMoreThanOnce();
        return deadWorker()
                .or(
                        () ->
                                twice == 0
                                        ? Optional.empty()
                                        : Optional.of(twice + " jobs were billed twice"));
    }

    private Optional<String> deadWorker() {
        return workers.stream()
                .filter(it -> !it.isAlive())
                .map(it -> "a worker ended early: " + it.lastLogLines())
                .findFirst();
    }

    @Override
    public void close() throws IOException {
        workers.forEach(it -> leaving.add(Thread.ofVirtual().start(it::close)));
        try {
            for (Thread thread : leaving) {
                thread.join();
            }
            provider.close();
            cluster.delete(pipeline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
