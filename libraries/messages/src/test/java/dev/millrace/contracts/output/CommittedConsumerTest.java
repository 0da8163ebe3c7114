package dev.millrace.contracts.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.memory.HeapShare;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CommittedConsumerTest {
    @Nested
    class WithoutAGroup {
        @Test
        void ignoresTheProtocolOfGroups() {
            try (var consumer =
                    CommittedConsumer.open(
                            Map.of(
                                    "bootstrap.servers", "127.0.0.1:1",
                                    "group.protocol", "consumer",
                                    "session.timeout.ms", "9000"),
                            "test",
                            HeapShare.AMPLE,
                            Optional.empty())) {
                assertThat(consumer.assignment()).isEmpty();
            }
        }
    }
}
