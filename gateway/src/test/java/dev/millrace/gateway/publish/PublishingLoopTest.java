package dev.millrace.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PublishingLoopTest {
    private final AtomicInteger attempts = new AtomicInteger();

    @Test
    void failedSessionIsReportedAndFollowedByAnother() {
        try (var loop =
                PublishingLoop.start(
                        () -> {
                            if (attempts.incrementAndGet() == 1) {
                                throw new IllegalStateException("a fault");
                            }
                            throw new KafkaException("the topic does not exist");
                        },
                        () -> true)) {
            Awaitility.await().until(() -> loop.health().detail().contains("a fault"));
            assertThat(loop.health().ready()).isFalse();

            Awaitility.await()
                    .until(() -> loop.health().detail().contains("the topic does not exist"));

            assertThat(loop.health().live()).isTrue();
        }
    }

    @Test
    void deadLoopIsNotLive() {
        try (var loop =
                PublishingLoop.start(
                        () -> {
                            throw new OutOfMemoryError("no memory");
                        },
                        () -> true)) {
            Awaitility.await().until(() -> !loop.health().live());

            assertThat(loop.health().detail()).contains("no memory");
        }
    }
}
