package dev.millrace.producer;

import dev.millrace.contracts.config.TopicsConfig;
import dev.millrace.contracts.memory.HeapShare;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a producer.
 *
 * @param kafka client properties, including {@code bootstrap.servers}; properties that the delivery
 *     guarantees depend on are overridden
 * @param topic the request topic
 * @param topics topic settings, which determine the maximum record size
 * @param boundTenant tenant that the request topic is bound to; null if lines name their own tenant
 * @param heap determines the size of the producer's buffer
 */
public record ProducerSettings(
        Map<String, String> kafka,
        String topic,
        TopicsConfig topics,
        @Nullable String boundTenant,
        HeapShare heap) {
    public ProducerSettings {
        kafka = Map.copyOf(kafka);
    }

    /**
     * Creates settings with a buffer of 32 MiB, or the size of the largest request if that is more.
     */
    public ProducerSettings(
            Map<String, String> kafka,
            String topic,
            TopicsConfig topics,
            @Nullable String boundTenant) {
        this(kafka, topic, topics, boundTenant, HeapShare.AMPLE);
    }

    /** Omits the client properties, which may contain secrets. */
    @Override
    public String toString() {
        return "ProducerSettings[topic=" + topic + "]";
    }
}
