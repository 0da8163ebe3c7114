package dev.millrace.standalone.option;

import dev.millrace.contracts.kafka.KafkaConfig;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.SaslConfigs;

/**
 * Allows Kafka's clients to fetch OAuth tokens from the configured address. Kafka requires a system
 * property for this, because in some programs strangers write the configuration. The operator
 * writes Millrace's.
 */
final class OAuthAddresses {
    /** Kafka's name of the system property, which its public classes do not contain. */
    private static final String ALLOWED = "org.apache.kafka.sasl.oauthbearer.allowed.urls";

    private static final List<String> PROPERTIES =
            List.of(
                    SaslConfigs.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL,
                    SaslConfigs.SASL_OAUTHBEARER_JWKS_ENDPOINT_URL);

    private OAuthAddresses() {}

    /** Allows the addresses of a configuration, unless the system property is set already. */
    static void allow(KafkaConfig kafka) {
        String addresses =
                PROPERTIES.stream()
                        .map(kafka.properties()::get)
                        .filter(Objects::nonNull)
                        .collect(Collectors.joining(","));
        if (!addresses.isEmpty() && System.getProperty(ALLOWED) == null) {
            System.setProperty(ALLOWED, addresses);
        }
    }
}
