package dev.millrace.producer;

import dev.millrace.contracts.config.TopicsConfig;
import dev.millrace.contracts.memory.HeapShare;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a producer needs to know.
 *
 * @param kafka client properties, {@code bootstrap.servers} among them; what the guarantees rest on
 *     is set over them
 * @param topic the request topic
 * @param topics for the sizes of records
 * @param boundTenant whose all jobs of the topic are; null when the lines say so themselves
 * @param heap bounds the producer's buffer
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

    /** Settings of a producer whose buffer is 32 MiB, or the largest request where that is more. */
    public ProducerSettings(
            Map<String, String> kafka,
            String topic,
            TopicsConfig topics,
            @Nullable String boundTenant) {
        this(kafka, topic, topics, boundTenant, HeapShare.AMPLE);
    }

    /** Without the client properties, which may hold secrets. */
    @Override
    public String toString() {
        return "ProducerSettings[topic=" + topic + "]";
    }
}
