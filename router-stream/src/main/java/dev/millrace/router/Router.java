package dev.millrace.router;

import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.Service;
import dev.millrace.router.background.BackgroundTasks;
import dev.millrace.router.failure.RouterStartException;
import dev.millrace.router.streams.BoundedMemoryRocksDbConfig;
import dev.millrace.router.streams.RouterClientSupplier;
import dev.millrace.router.streams.StreamThreadFailureHandler;
import dev.millrace.router.streams.TaskDirectories;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running router. Its stream threads do the work; {@link #start} and {@link #close} belong to one
 * thread.
 */
public final class Router implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final KafkaStreams streams;
    private final RouterClientSupplier consumers;
    private final StreamThreadFailureHandler failures;
    private final BackgroundTasks tasks;
    private final TaskDirectories directories;

    Router(
            KafkaStreams streams,
            RouterClientSupplier consumers,
            StreamThreadFailureHandler failures,
            BackgroundTasks tasks,
            TaskDirectories directories) {
        this.streams = streams;
        this.consumers = consumers;
        this.failures = failures;
        this.tasks = tasks;
        this.directories = directories;
    }

    /** Loads everything that a later start needs and that does not depend on a cluster. */
    public static void preload() {
        BoundedMemoryRocksDbConfig.preload();
        // Their static fields hold hundreds of definitions.
        var _ = StreamsConfig.configDef();
        var _ = ConsumerConfig.configNames();
        var _ = ProducerConfig.configNames();
    }

    /**
     * Starts a router without waiting for its partitions; see {@link #health}.
     *
     * @throws RouterStartException when the cluster does not answer or a required topic is missing
     */
    public static Router start(
            RouterSettings settings, MeterRegistry registry, InstantSource clock) {
        return new RouterStarter(settings, registry, clock).start();
    }

    @Override
    public Health health() {
        return switch (streams.state()) {
            case RUNNING -> working();
            // A paused Streams starts no task, so it stays in these states.
            case CREATED, REBALANCING ->
                    streams.isPaused() ? working() : Health.waiting("waiting for its partitions");
            case PENDING_SHUTDOWN, PENDING_ERROR -> Health.waiting("stopping");
            case NOT_RUNNING -> Health.stopped("closed");
            // A request topic that is missing at a rebalance stops Streams, too.
            case ERROR ->
                    Health.stopped(
                            Stream.concat(
                                            Stream.of("failed: " + failures.reason()),
                                            tasks.cleanup().problem().stream())
                                    .collect(Collectors.joining("; ")));
        };
    }

    private Health working() {
        Health control = tasks.control().health();
        if (!control.ready()) {
            return control;
        }
        if (!tasks.pauses().isRunning()) {
            return Health.waiting("the router no longer follows pauses; its log has the cause");
        }
        Optional<String> refusal = tasks.pauses().refusal();
        if (refusal.isPresent()) {
            return Health.waiting("paused: " + refusal.get());
        }
        String work = streams.isPaused() ? "paused by control" : "routing";
        var problems =
                Stream.of(
                                tasks.control().state().unreadableVersionsMessage(),
                                tasks.cleanup().problem())
                        .flatMap(Optional::stream);
        return Health.ready(
                Stream.of(Stream.of(work), problems, consumers.problems().stream())
                        .flatMap(it -> it)
                        .collect(Collectors.joining("; ")));
    }

    /** Commits routed jobs and leaves the group, so that its partitions are reassigned at once. */
    @Override
    public void close() {
        Set<String> complete = TaskDirectories.complete(streams);
        boolean closed =
                streams.close(
                        CloseOptions.groupMembershipOperation(
                                        CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                                .withTimeout(CLOSE_TIMEOUT));
        if (closed) {
            directories.onClosed(complete);
        } else {
            LOG.atWarn()
                    .addKeyValue("timeout", CLOSE_TIMEOUT)
                    .log("The router's threads did not stop in time");
        }
        tasks.close();
    }
}
