package dev.millrace.router;

import static dev.millrace.reader.problem.Violation.require;

import dev.millrace.contracts.config.KafkaConfig;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.memory.HeapShare;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a router needs to know.
 *
 * @param config the whole configuration, with a cluster to connect to
 * @param stateDirectory where the stores live; they can be restored from Kafka
 * @param threads stream threads, 1 to 64; more than the request topics have partitions are idle
 * @param commitInterval longest time between two commits, 1 ms or more; a router that keeps up with
 *     its topics commits every 10 ms
 * @param sessionTimeout after which a router that was killed is replaced; the broker's {@code
 *     group.min.session.timeout.ms} is the least
 * @param instance a name that no other router of the group has at the same time, so that one that
 *     is started again after a kill takes its own place at once; empty: it waits for the session
 *     timeout of the one before
 * @param heap bounds what is buffered where the client properties are silent
 */
public record RouterSettings(
        MillraceConfig config,
        Path stateDirectory,
        int threads,
        Duration commitInterval,
        Duration sessionTimeout,
        Optional<String> instance,
        HeapShare heap) {
    /** The default of {@link #commitInterval}: what a job of a backlog waits at most. */
    public static final Duration DEFAULT_COMMIT_INTERVAL = Duration.ofMillis(100);

    /** The default of {@link #sessionTimeout} on a cluster. */
    public static final Duration DEFAULT_SESSION_TIMEOUT = Duration.ofSeconds(10);

    /** The default of {@link #sessionTimeout} on the embedded broker, which is in this process. */
    public static final Duration EMBEDDED_SESSION_TIMEOUT = Duration.ofSeconds(3);

    private static final int MOST_THREADS = 64;

    public RouterSettings {
        require(config.kafka().isPresent(), "kafka", "must say where the cluster is");
        require(
                threads >= 1 && threads <= MOST_THREADS,
                "threads",
                "must be 1 to " + MOST_THREADS + ", was " + threads);
        require(commitInterval.toMillis() >= 1, "commit_interval", "must be 1 ms or more");
        require(sessionTimeout.toMillis() >= 1, "session_timeout", "must be 1 ms or more");
    }

    /** One thread, and every other default of a cluster. */
    public static RouterSettings of(MillraceConfig config, Path stateDirectory) {
        return new RouterSettings(
                config,
                stateDirectory,
                1,
                DEFAULT_COMMIT_INTERVAL,
                DEFAULT_SESSION_TIMEOUT,
                Optional.empty(),
                HeapShare.AMPLE);
    }

    /** One thread, and every other default of the embedded broker. */
    public static RouterSettings embedded(MillraceConfig config, Path stateDirectory) {
        return new RouterSettings(
                config,
                stateDirectory,
                1,
                DEFAULT_COMMIT_INTERVAL,
                EMBEDDED_SESSION_TIMEOUT,
                Optional.of("embedded"),
                HeapShare.AMPLE);
    }

    /** Returns these settings for a process with that heap. */
    public RouterSettings within(HeapShare share) {
        return new RouterSettings(
                config, stateDirectory, threads, commitInterval, sessionTimeout, instance, share);
    }

    /**
     * The consumer group, and the beginning of the names of changelogs, of the repartition topic
     * and of transactional ids: the topics' prefix and {@code router}.
     */
    public String applicationId() {
        return config.topics().prefix() + "router";
    }

    KafkaConfig kafka() {
        return config.kafka().orElseThrow();
    }
}
