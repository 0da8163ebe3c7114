package dev.millrace.contracts.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A kind of Kafka client. In the {@code kafka} section, a property with the prefix of a client
 * applies to that client only and overrides the property without prefix.
 */
public enum KafkaClient {
    CONSUMER("consumer."),

    PRODUCER("producer."),

    ADMIN("admin.");

    private static final List<String> PREFIXES =
            List.of(
                    "consumer.",
                    "producer.",
                    "admin.",
                    "main.consumer.",
                    "restore.consumer.",
                    "global.consumer.");

    private final String prefix;

    KafkaClient(String prefix) {
        this.prefix = prefix;
    }

    /**
     * Returns the user's properties for this client as a new, modifiable map.
     *
     * @param user client properties from the configuration, with and without prefixes
     */
    public Map<String, Object> properties(Map<String, ?> user) {
        var properties = new HashMap<String, Object>();
        user.forEach(
                (key, value) -> {
                    if (PREFIXES.stream().noneMatch(key::startsWith)) {
                        properties.put(key, value);
                    }
                });
        user.forEach(
                (key, value) -> {
                    if (key.startsWith(prefix)) {
                        properties.put(key.substring(prefix.length()), value);
                    }
                });
        return properties;
    }
}
