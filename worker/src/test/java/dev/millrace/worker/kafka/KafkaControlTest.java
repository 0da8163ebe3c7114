package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.control.ControlFollower;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KafkaControlTest {
    private final AtomicInteger asked = new AtomicInteger();

    private Supplier<ControlFollower> failing(RuntimeException failure) {
        return () -> {
            asked.incrementAndGet();
            throw failure;
        };
    }

    @Nested
    class WhenTheFirstReadFails {
        static RuntimeException[] failures() {
            return new RuntimeException[] {
                new TimeoutException("no cluster"), new IllegalStateException("a fault of ours")
            };
        }

        @ParameterizedTest
        @MethodSource("failures")
        void readIsRetriedAndHealthNamesTheProblem(RuntimeException failure) {
            Thread thread;
            try (var control = new KafkaControl(failing(failure))) {
                thread = Thread.ofPlatform().daemon().start(control::begin);
                await().until(() -> asked.get() >= 2);

                assertThat(control.state()).isEmpty();
                assertThat(control.health().live()).isTrue();
                assertThat(control.health().ready()).isFalse();
                assertThat(control.health().detail())
                        .isEqualTo("control has not been read yet: " + failure.getMessage());
            }
            await().until(() -> !thread.isAlive());
        }
    }

    @Nested
    class WhenTheReadingThreadDies {
        @Test
        void healthReportsTheFailure() {
            try (var control =
                    new KafkaControl(
                            () -> {
                                throw new OutOfMemoryError("heap");
                            })) {
                control.begin();

                assertThat(control.health().live()).isFalse();
                assertThat(control.health().detail()).contains("heap");
            }
        }
    }
}
