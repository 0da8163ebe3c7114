package dev.millrace.simulator.http;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The latency of an answer. It is cancelled when no client waits for the answer any more. */
final class CancellableDelay {
    private final CountDownLatch cancelled = new CountDownLatch(1);

    /**
     * Blocks the calling thread for the given time.
     *
     * @return false when the delay was cancelled first; always true for a time of zero or less
     */
    boolean await(Duration time) {
        if (!time.isPositive()) {
            return true;
        }
        try {
            return !cancelled.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends all current and future waits. Any thread may call this. */
    void cancel() {
        cancelled.countDown();
    }
}
