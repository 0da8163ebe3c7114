package dev.millrace.sink;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells the sink's thread to end, also while it waits. Safe from any thread. */
class StopSignal {
    private final CountDownLatch given = new CountDownLatch(1);

    void give() {
        given.countDown();
    }

    boolean isGiven() {
        return given.getCount() == 0;
    }

    /** Waits so long, or until the signal is given. */
    void rest(Duration duration) {
        try {
            var _ = given.await(duration.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            give();
            Thread.currentThread().interrupt();
        }
    }
}
