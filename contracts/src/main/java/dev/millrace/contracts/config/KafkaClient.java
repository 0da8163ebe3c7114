package dev.millrace.contracts.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A kind of client. In the {@code kafka} section what has its prefix is for it alone, and goes
 * before what has none.
 */
public enum KafkaClient {
    /** {@code consumer.} */
    CONSUMER("consumer."),
    /** {@code producer.} */
    PRODUCER("producer."),
    /** {@code admin.} */
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
     * What the user has set for it; to be added to.
     *
     * @param user client properties as the configuration has them
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
