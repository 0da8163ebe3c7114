package dev.millrace.contracts.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StoppableThreadTest {
    private static final Duration FOR_EVER = Duration.ofDays(1);

    @Test
    void stopEndsAPause() {
        var thread = StoppableThread.every(FOR_EVER, "test", () -> {});
        thread.start();

        thread.close();

        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void interruptEndsTheCurrentWork() throws InterruptedException {
        var hasBegun = new CountDownLatch(1);
        var never = new Semaphore(0);
        var thread =
                StoppableThread.nowAndEvery(
                        FOR_EVER,
                        "test",
                        () -> {
                            hasBegun.countDown();
                            never.acquire();
                        });
        thread.start();
        hasBegun.await();

        thread.interrupt();

        assertThat(thread.join(FOR_EVER)).isTrue();
    }

    @Test
    void turnIsRepeatedAfterEachInterval() throws InterruptedException {
        var turns = new CountDownLatch(3);
        try (var thread = StoppableThread.every(Duration.ZERO, "test", turns::countDown)) {
            thread.start();

            turns.await();
        }
    }

    @Test
    void stoppedThreadDoesNotStart() {
        var runs = new AtomicInteger();
        var thread = StoppableThread.of("test", runs::incrementAndGet);
        thread.stop();

        thread.start();
        thread.close();

        assertThat(runs).hasValue(0);
        assertThat(thread.isOpen()).isFalse();
    }

    @Test
    void interruptedPauseStopsTheThread() {
        var thread = StoppableThread.of("test", () -> {});
        Thread.currentThread().interrupt();

        assertThat(thread.pause(FOR_EVER)).isFalse();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(thread.isOpen()).isFalse();
    }
}
