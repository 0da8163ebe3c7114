package dev.millrace.worker.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    @Test
    void nothingIsHeldOfAnExchangeThatHasEnded() {
        try (var deadlines = new Deadlines(Duration.ofMinutes(10))) {
            for (int i = 0; i < 1_000; i++) {
                assertThat(deadlines.watch(new Deadline()).cancel(false)).isTrue();
            }

            assertThat(deadlines.held()).isZero();
        }
    }

    @Test
    void anExchangeThatTakesTooLongIsInterrupted() {
        try (var deadlines = new Deadlines(Duration.ofMillis(1))) {
            var deadline = new Deadline();
            var expiry = deadlines.watch(deadline);

            await().until(deadline::isMissed);
            assertThat(expiry.cancel(false) && Thread.interrupted()).isFalse();
        }
    }
}
