package dev.millrace.router.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RouterClientSupplierTest {
    private static final TopicPartition CHANGELOG = new TopicPartition("changelog", 0);

    @Nested
    class TheRestoreConsumer {
        /** The test would otherwise wait for a record for a day. */
        @Test
        void endsAPollWithoutRecordsThoughStreamsWouldPollLonger() {
            Map<String, Object> unreachable = Map.of("bootstrap.servers", "127.0.0.1:1");

            try (var consumer =
                    new RouterClientSupplier(
                                    System::nanoTime,
                                    Duration.ofMillis(250),
                                    1 << 20,
                                    () -> false,
                                    Set.of())
                            .getRestoreConsumer(unreachable)) {
                consumer.assign(List.of(CHANGELOG));

                assertThat(consumer.poll(Duration.ofDays(1))).isEmpty();
            }
        }
    }
}
