package dev.millrace.worker.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
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
    void anExchangeThatTakesTooLongIsInterrupted() throws Exception {
        try (var deadlines = new Deadlines(Duration.ofMillis(1))) {
            var missed = new CompletableFuture<Boolean>();
            Thread.ofVirtual().start(() -> missed.complete(isMissed(deadlines)));

            assertThat(missed.get()).isTrue();
        }
    }

    private static boolean isMissed(Deadlines deadlines) {
        var deadline = new Deadline();
        Future<?> _ = deadlines.watch(deadline);
        try {
            new CountDownLatch(1).await();
            return false;
        } catch (InterruptedException e) {
            return deadline.isMissed();
        }
    }
}
