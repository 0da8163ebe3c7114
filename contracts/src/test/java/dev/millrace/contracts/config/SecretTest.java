package dev.millrace.contracts.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SecretTest {
    private static final String VALUE = "sk-very-secret";

    @Nested
    class WhenItIsSet {
        private final Secret secret = Secret.of(VALUE);

        @Test
        void isVisibleOnlyThroughReveal() {
            assertThat(secret.reveal()).isEqualTo(VALUE);
            assertThat(secret).hasToString("***");
            assertThat("" + secret.hashCode()).isNotEqualTo("" + VALUE.hashCode());
        }

        @Test
        void equalsASecretWithTheSameValue() {
            assertThat(secret).isEqualTo(Secret.of(VALUE)).isNotEqualTo(Secret.of("other"));
        }
    }

    @Nested
    class WhenItIsUnset {
        @Test
        void givesTheReasonInsteadOfAValue() {
            var secret = Secret.unset("environment variable KEY is not set");

            assertThat(secret.missing()).contains("environment variable KEY is not set");
            assertThatThrownBy(secret::reveal)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("environment variable KEY is not set");
        }
    }

    @Test
    void isMaskedInEverySectionOfAConfiguration() {
        var config =
                new ConfigLoader(Map.of("KEY", VALUE))
                        .parseAll(
                                "m.yaml",
                                """
                                kafka:
                                  bootstrap.servers: b:9092
                                  sasl.jaas.config: login ${KEY}
                                  ssl.truststore.password: ${KEY}
                                  consumer.ssl.key.password: ${KEY}
                                providers:
                                  a: { wire: openai, base_url: "https://h", keys: [ "${KEY}" ], headers: { X: "${KEY}" } }
                                  b: { wire: openai, base_url: "https://h", api_key: "${KEY}" }
                                sink:
                                  jdbc_url: jdbc:postgresql://h/d?user=u&password=${KEY}
                                  webhooks: [ { url: "https://h", secret: "${KEY}", events: batch.completed } ]
                                """);

        assertThat(config.toString()).doesNotContain("very-secret").contains("b:9092", "***");
        assertThat(config.provider("b").orElseThrow().allKeys()).containsExactly(Secret.of(VALUE));
        assertThat(config.sink().jdbcUrl()).endsWith("password=" + VALUE);
    }
}
