package dev.millrace.simulator.http;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The time that an answer takes: it passes, unless it is cut short because nobody waits for the
 * answer any more.
 */
final class Waiting {
    private final CountDownLatch over = new CountDownLatch(1);

    /**
     * Lets time pass on the calling thread; returns whether all of it has, which is so at once when
     * there is none.
     */
    boolean pass(Duration time) {
        if (!time.isPositive()) {
            return true;
        }
        try {
            return !over.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends all waits, those to come as well; callable from any thread. */
    void cutShort() {
        over.countDown();
    }
}
