package dev.millrace.worker.kafka;

import dev.millrace.worker.port.JobTopics.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a broker for its limits. A limit that the broker does not report in time takes its default.
 */
final class BrokerLimits implements Supplier<Limits> {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerLimits.class);

    /** Maximum wait after a broker was reached; before that, no limit is needed. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    /** A broker setting with one value across the brokers of a cluster. */
    private static final String METADATA_BYTES = "offset.metadata.max.bytes";

    /** A broker setting: the time after which unused offsets are deleted. */
    private static final String OFFSETS_RETENTION = "offsets.retention.minutes";

    /** Shortest retention of offsets without a warning; models can stay unused for months. */
    private static final Duration SAFE_RETENTION = Duration.ofDays(365);

    /** A group setting of the consumer protocol of KIP-848. */
    private static final String SESSION_TIMEOUT = "consumer.session.timeout.ms";

    private final ClientSettings settings;
    private final SharedAdmin admin;

    BrokerLimits(ClientSettings settings, SharedAdmin admin) {
        this.settings = settings;
        this.admin = admin;
    }

    /** Waits for the answers; called on its own thread. */
    @Override
    public Limits get() {
        try {
            return read();
        } catch (ExecutionException e) {
            unknown("broker", String.valueOf(e.getCause()));
        } catch (KafkaException e) {
            unknown("broker", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Limits.DEFAULT;
    }

    private static void unknown(String of, String reason) {
        LOG.atInfo().log(
                "the limits of the {} are unknown, so the defaults apply ({}): {}",
                of,
                Limits.DEFAULT,
                reason);
    }

    private Limits read() throws ExecutionException, InterruptedException {
        var ofBroker = new ConfigResource(ConfigResource.Type.BROKER, anyBroker().idString());
        var ofGroup = new ConfigResource(ConfigResource.Type.GROUP, settings.groupId());
        var asked = settings.isClassic() ? List.of(ofBroker) : List.of(ofBroker, ofGroup);
        var answers =
                admin.get()
                        .describeConfigs(
                                asked,
                                new DescribeConfigsOptions()
                                        .timeoutMs(Math.toIntExact(LONGEST_WAIT.toMillis())))
                        .values();
        return limits(
                answers.get(ofBroker), answers.get(ofGroup), settings.classicSessionTimeout());
    }

    /**
     * Returns the limits of the answers; an answer that was refused says nothing about the other.
     *
     * @param group null with the classic protocol
     */
    static Limits limits(
            @Nullable KafkaFuture<Config> broker,
            @Nullable KafkaFuture<Config> group,
            Duration classicSessionTimeout)
            throws InterruptedException {
        Config ofBroker = answer("broker", broker);
        retentionWarning(ofBroker).ifPresent(it -> LOG.atWarn().log(it));
        Config ofGroup = answer("group", group);
        return new Limits(
                number(ofBroker, METADATA_BYTES).orElse(Limits.DEFAULT.metadataChars()),
                group == null
                        ? classicSessionTimeout
                        : Duration.ofMillis(
                                number(ofGroup, SESSION_TIMEOUT)
                                        .orElse(
                                                Math.toIntExact(
                                                        Limits.DEFAULT
                                                                .sessionTimeout()
                                                                .toMillis()))));
    }

    private static @Nullable Config answer(String of, @Nullable KafkaFuture<Config> future)
            throws InterruptedException {
        try {
            return future == null ? null : future.get();
        } catch (ExecutionException e) {
            unknown(of, String.valueOf(e.getCause()));
            return null;
        }
    }

    /**
     * Returns a warning when the broker deletes the offsets of partitions that no worker serves for
     * a while; empty if it keeps them, or does not report its setting.
     */
    static Optional<String> retentionWarning(@Nullable Config broker) {
        var entry = broker == null ? null : broker.get(OFFSETS_RETENTION);
        if (entry == null || entry.value() == null) {
            return Optional.empty();
        }
        var retention = Duration.ofMinutes(Long.parseLong(entry.value()));
        return retention.compareTo(SAFE_RETENTION) >= 0
                ? Optional.empty()
                : Optional.of(
                        ("The brokers delete the workers' offsets when no worker runs for %s (%s=%s). The"
                                        + " partitions then stop, and their jobs wait. Set %s=%d on every broker.")
                                .formatted(
                                        time(retention),
                                        OFFSETS_RETENTION,
                                        entry.value(),
                                        OFFSETS_RETENTION,
                                        Integer.MAX_VALUE));
    }

    private static String time(Duration retention) {
        return retention.toDays() >= 2
                ? retention.toDays() + " days"
                : retention.toMinutes() + " minutes";
    }

    /** Returns any broker, as soon as one answers. */
    private Node anyBroker() throws ExecutionException, InterruptedException {
        while (true) {
            KafkaFuture<Node> broker =
                    admin.get()
                            .describeCluster()
                            .nodes()
                            .thenApply(nodes -> nodes.iterator().next());
            try {
                return broker.get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof RetriableException)) {
                    throw e;
                }
            }
        }
    }

    private static OptionalInt number(@Nullable Config config, String key) {
        var entry = config == null ? null : config.get(key);
        return entry == null || entry.value() == null
                ? OptionalInt.empty()
                : OptionalInt.of(Integer.parseInt(entry.value()));
    }
}
