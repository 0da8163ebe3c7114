package dev.millrace.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    @Test
    void finishedExchangeReleasesItsDeadline() {
        try (var deadlines = new Deadlines()) {
            for (int i = 0; i < 1_000; i++) {
                assertThat(deadlines.watch(new Deadline(), Long.MAX_VALUE / 2).cancel(false))
                        .isTrue();
            }

            assertThat(deadlines.pendingCount()).isZero();
        }
    }

    @Test
    void expiredExchangeIsInterrupted() throws Exception {
        try (var deadlines = new Deadlines()) {
            var missed = new CompletableFuture<Boolean>();
            Thread.ofVirtual().start(() -> missed.complete(isMissed(deadlines)));

            assertThat(missed.get()).isTrue();
        }
    }

    private static boolean isMissed(Deadlines deadlines) {
        var deadline = new Deadline();
        Future<?> _ = deadlines.watch(deadline, 1);
        try {
            new CountDownLatch(1).await();
            return false;
        } catch (InterruptedException e) {
            return deadline.isMissed();
        }
    }
}
