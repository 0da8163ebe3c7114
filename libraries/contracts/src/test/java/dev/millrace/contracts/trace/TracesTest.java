package dev.millrace.contracts.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.kafka.KafkaConfig;
import org.junit.jupiter.api.Test;

class TracesTest {
    private final KafkaConfig clients = KafkaConfig.of("localhost:9092");

    @Test
    void clientsAreNotFollowedWhenOff() {
        assertThat(Traces.OFF.followed(clients)).isSameAs(clients);
        assertThat(Traces.OFF.followedBySink(clients)).isSameAs(clients);
    }
}
