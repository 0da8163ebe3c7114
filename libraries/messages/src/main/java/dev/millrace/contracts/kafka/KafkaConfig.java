package dev.millrace.contracts.kafka;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.yaml.binding.Unwrapped;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The {@code kafka} section: how to reach the cluster. Accepts any Kafka client property, except
 * the properties on which the delivery guarantees depend.
 *
 * @param properties client properties as written, including {@code bootstrap.servers}
 */
@Unwrapped
public record KafkaConfig(Map<String, String> properties) {
    public KafkaConfig {
        var servers = properties.getOrDefault("bootstrap.servers", "");
        require(
                !servers.isBlank(),
                "bootstrap.servers",
                "must name the brokers, as host:port,host:port");
        properties.forEach(KafkaProperties::check);
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }

    /**
     * Creates a configuration for unencrypted connections to comma-separated {@code host:port}
     * pairs.
     */
    public static KafkaConfig of(String bootstrapServers) {
        return new KafkaConfig(Map.of("bootstrap.servers", bootstrapServers));
    }

    /** Returns the brokers as comma-separated {@code host:port} pairs. */
    public String bootstrapServers() {
        return properties.getOrDefault("bootstrap.servers", "");
    }

    /** Lists every property, but masks passwords, keys and login settings. */
    @Override
    public String toString() {
        var visible = new TreeMap<String, String>();
        properties.forEach(
                (key, value) -> visible.put(key, KafkaProperties.isSecret(key) ? "***" : value));
        return "KafkaConfig" + visible;
    }
}
