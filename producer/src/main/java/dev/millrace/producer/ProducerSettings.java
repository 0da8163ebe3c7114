package dev.millrace.producer;

import dev.millrace.contracts.config.TopicsConfig;
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
 */
public record ProducerSettings(
        Map<String, String> kafka,
        String topic,
        TopicsConfig topics,
        @Nullable String boundTenant) {
    public ProducerSettings {
        kafka = Map.copyOf(kafka);
    }

    /** Without the client properties, which may hold secrets. */
    @Override
    public String toString() {
        return "ProducerSettings[topic=" + topic + "]";
    }
}
