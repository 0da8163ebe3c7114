package dev.millrace.contracts.config;

import static dev.millrace.contracts.Violation.require;

import dev.millrace.contracts.yaml.Unwrapped;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The {@code kafka} section: how to reach the cluster. Any Kafka client property may be set, except
 * those that the guarantees rest on.
 *
 * @param properties client properties as they are written, {@code bootstrap.servers} among them
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

    /** Connects without encryption, to {@code host:port} pairs separated by commas. */
    public static KafkaConfig of(String bootstrapServers) {
        return new KafkaConfig(Map.of("bootstrap.servers", bootstrapServers));
    }

    /** The brokers, as {@code host:port} pairs separated by commas. */
    public String bootstrapServers() {
        return properties.getOrDefault("bootstrap.servers", "");
    }

    /** Names every property, but hides the values of passwords, keys and login settings. */
    @Override
    public String toString() {
        var visible = new TreeMap<String, String>();
        properties.forEach(
                (key, value) -> visible.put(key, KafkaProperties.isSecret(key) ? "***" : value));
        return "KafkaConfig" + visible;
    }
}
