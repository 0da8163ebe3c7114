package dev.millrace.spring;

import dev.millrace.client.ClientOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties that begin with {@code millrace}.
 *
 * @param bootstrapServers brokers, as {@code host:port,host:port}
 * @param prefix prefix of the names of the pipeline's topics
 * @param requestTopic name of the request topic; null for the default one
 * @param tenant tenant that the request topic is bound to; null if requests name their own
 * @param maxRequestBytes maximum size of a request, in bytes
 * @param timeout how long a call waits for its result, above 0
 * @param kafka further properties of Kafka's clients
 */
@ConfigurationProperties("millrace")
public record MillraceProperties(
        @DefaultValue("localhost:9092") String bootstrapServers,
        @DefaultValue("millrace.") String prefix,
        @Nullable String requestTopic,
        @Nullable String tenant,
        @DefaultValue("16777216") int maxRequestBytes,
        @DefaultValue("10m") Duration timeout,
        @DefaultValue Map<String, String> kafka) {

    ClientOptions options() {
        var properties = new HashMap<>(kafka);
        properties.put("bootstrap.servers", bootstrapServers);
        return new ClientOptions(
                properties,
                prefix,
                Optional.ofNullable(requestTopic),
                Optional.ofNullable(tenant),
                maxRequestBytes,
                timeout);
    }

    /** Omits the client properties, which may contain secrets. */
    @Override
    public String toString() {
        return "MillraceProperties[bootstrapServers=" + bootstrapServers + "]";
    }
}
