package dev.millrace.router;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.contracts.trace.Traces;
import dev.millrace.wire.translate.Translation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Settings of a router.
 *
 * @param config the whole configuration, with a cluster to connect to
 * @param stateDirectory folder of the stores, which can be restored from Kafka
 * @param threads number of stream threads, 1 to 64; threads beyond the number of request partitions
 *     are idle
 * @param commitInterval time between two commits with a backlog, 1 ms or more, or the time that the
 *     last commit took if that is longer; at most 2 s. Without a backlog, commits come every 10 ms
 * @param sessionTimeout time after which the partitions of a killed router are reassigned; at least
 *     the broker's {@code group.min.session.timeout.ms}
 * @param instance static member name, unique among running routers. With a name, a router that
 *     restarts after a kill resumes at once; without one, it waits for the session timeout
 * @param acceptResend true to route requests of a partition again whose offset was lost
 * @param heap bounds the buffers that the client properties do not set
 * @param translations how jobs reach models of other urls
 * @param traces learns for what jobs have waited
 */
public record RouterSettings(
        MillraceConfig config,
        Path stateDirectory,
        int threads,
        Duration commitInterval,
        Duration sessionTimeout,
        Optional<String> instance,
        boolean acceptResend,
        HeapShare heap,
        List<Translation> translations,
        Traces traces) {
    /**
     * Default of {@link #commitInterval}, which applies with a backlog. A shorter interval makes
     * transactions of the router, and so of the workers, smaller and more expensive.
     */
    public static final Duration DEFAULT_COMMIT_INTERVAL = Duration.ofMillis(250);

    /** Default of {@link #sessionTimeout} on a cluster. */
    public static final Duration DEFAULT_SESSION_TIMEOUT = Duration.ofSeconds(10);

    /** Default of {@link #sessionTimeout} on the embedded broker, which runs in this process. */
    public static final Duration EMBEDDED_SESSION_TIMEOUT = Duration.ofSeconds(3);

    private static final int MAX_THREADS = 64;

    public RouterSettings {
        translations = List.copyOf(translations);
        require(config.kafka().isPresent(), "kafka", "must name the cluster");
        require(
                threads >= 1 && threads <= MAX_THREADS,
                "threads",
                "must be 1 to " + MAX_THREADS + ", was " + threads);
        require(commitInterval.toMillis() >= 1, "commit_interval", "must be 1 ms or more");
        require(sessionTimeout.toMillis() >= 1, "session_timeout", "must be 1 ms or more");
    }

    /** Returns settings with one thread, no translation and all other defaults of a cluster. */
    public static RouterSettings of(MillraceConfig config, Path stateDirectory) {
        return new RouterSettings(
                config,
                stateDirectory,
                1,
                DEFAULT_COMMIT_INTERVAL,
                DEFAULT_SESSION_TIMEOUT,
                Optional.empty(),
                false,
                HeapShare.AMPLE,
                List.of(),
                Traces.OFF);
    }

    /**
     * Returns settings with one thread, no translation and all other defaults of the embedded
     * broker.
     */
    public static RouterSettings embedded(MillraceConfig config, Path stateDirectory) {
        return new RouterSettings(
                config,
                stateDirectory,
                1,
                DEFAULT_COMMIT_INTERVAL,
                EMBEDDED_SESSION_TIMEOUT,
                Optional.of("embedded"),
                false,
                HeapShare.AMPLE,
                List.of(),
                Traces.OFF);
    }

    /**
     * Returns these settings with the operator's decision, other buffer bounds, translations and
     * traces.
     */
    public RouterSettings with(
            boolean resend, HeapShare share, List<Translation> known, Traces followed) {
        return new RouterSettings(
                config,
                stateDirectory,
                threads,
                commitInterval,
                sessionTimeout,
                instance,
                resend,
                share,
                known,
                followed);
    }

    /**
     * Returns the topics' prefix and {@code router}: the name of the consumer group, and the prefix
     * of changelogs, the repartition topic and transactional ids.
     */
    public String applicationId() {
        return new Topics(config.topics().prefix()).routerGroup();
    }

    KafkaConfig kafka() {
        return config.kafka().orElseThrow();
    }
}
