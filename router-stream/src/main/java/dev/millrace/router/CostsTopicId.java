package dev.millrace.router;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the cluster for the id of the costs topic, at most once a second. The id changes when the
 * topic is deleted and created again.
 *
 * <p>Called by stream threads, and blocks them: when a task starts, and when an end has an offset
 * that the task has passed.
 */
final class CostsTopicId implements Supplier<Uuid> {
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

    private final Admin admin;
    private final String topic;
    private final LongSupplier nanoTicker;
    private @Nullable Uuid known;
    private long askedNanos;

    CostsTopicId(Admin admin, String topic, LongSupplier nanoTicker) {
        this.admin = admin;
        this.topic = topic;
        this.nanoTicker = nanoTicker;
    }

    /**
     * Returns the id of the topic as it was a second ago or later.
     *
     * @throws KafkaException when the cluster does not answer; the stream thread is replaced, and
     *     asks again
     */
    @Override
    public synchronized Uuid get() {
        long now = nanoTicker.getAsLong();
        if (known == null || now - askedNanos >= FRESH_NANOS) {
            known = ask();
            askedNanos = now;
        }
        return known;
    }

    private Uuid ask() {
        try {
            var described = admin.describeTopics(List.of(topic)).allTopicNames().get();
            return described.values().iterator().next().topicId();
        } catch (ExecutionException e) {
            throw new KafkaException("The id of " + topic + " is not known", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
