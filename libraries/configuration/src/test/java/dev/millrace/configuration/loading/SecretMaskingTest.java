package dev.millrace.configuration.loading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.Secret;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecretMaskingTest {
    private static final String VALUE = "sk-very-secret";

    private static final String WEBHOOK_KEY = "whsec_dmVyeS1zZWNyZXQtdmVyeS1zZWNyZXQtdmVyeQ==";

    @Test
    void secretsAreMaskedInEverySection() {
        var config =
                new ConfigLoader(Map.of("KEY", VALUE, "WEBHOOK_KEY", WEBHOOK_KEY))
                        .parse(
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
                                  c: { wire: openai, base_url: "https://h", proxy: "http://u:${KEY}@proxy" }
                                  d: { wire: openai, base_url: "https://h", api_key: { command: [ print-token, "${KEY}" ] } }
                                sink:
                                  jdbc_url: jdbc:postgresql://h/d?user=u&password=${KEY}
                                  webhooks: [ { url: "https://h/sk-very-secret", secret: "${WEBHOOK_KEY}", events: batch.completed } ]
                                """);

        assertThat(config.toString())
                .doesNotContain("very-secret", "dmVyeS1z")
                .contains("b:9092", "***");
        assertThat(config.provider("b").orElseThrow().allKeys()).containsExactly(Secret.of(VALUE));
        assertThat(config.sink().jdbcUrl()).endsWith("password=" + VALUE);
    }
}
