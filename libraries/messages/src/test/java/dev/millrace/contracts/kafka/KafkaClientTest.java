package dev.millrace.contracts.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class KafkaClientTest {
    private static final Map<String, String> USER =
            Map.of(
                    "bootstrap.servers", "a:1",
                    "client.rack", "all",
                    "consumer.client.rack", "reading",
                    "admin.sasl.jaas.config", "asking",
                    "main.consumer.fetch.min.bytes", "7");

    @Nested
    class APrefixedProperty {
        @Test
        void appliesToItsClientOnlyAndOverridesTheUnprefixedOne() {
            assertThat(KafkaClient.CONSUMER.properties(USER))
                    .containsOnly(
                            Map.entry("bootstrap.servers", "a:1"),
                            Map.entry("client.rack", "reading"));
            assertThat(KafkaClient.ADMIN.properties(USER))
                    .containsOnly(
                            Map.entry("bootstrap.servers", "a:1"),
                            Map.entry("client.rack", "all"),
                            Map.entry("sasl.jaas.config", "asking"));
            assertThat(KafkaClient.PRODUCER.properties(USER))
                    .containsOnlyKeys("bootstrap.servers", "client.rack");
        }
    }
}
