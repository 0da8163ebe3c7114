package dev.millrace.simulator.http;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the calls that have begun and not ended, so that a stopping server can wait until all are
 * in the ledger.
 */
final class CallsUnderWay {
    private static final Logger LOG = LoggerFactory.getLogger(CallsUnderWay.class);

    private final AtomicInteger count = new AtomicInteger();
    private final CountDownLatch none = new CountDownLatch(1);
    private volatile boolean stopping;

    void begin() {
        count.incrementAndGet();
    }

    void end() {
        if (count.decrementAndGet() == 0 && stopping) {
            none.countDown();
        }
    }

    /**
     * Whether the server is about to stop, so that calls end by its will and not by their clients'.
     */
    boolean areStopping() {
        return stopping;
    }

    void stop() {
        stopping = true;
        if (count.get() == 0) {
            none.countDown();
        }
    }

    /** Waits for the last call to end after {@link #stop}, but no longer than {@code most}. */
    void awaitNone(Duration most) {
        try {
            boolean ended = none.await(most.toNanos(), TimeUnit.NANOSECONDS);
            if (!ended) {
                LOG.atWarn()
                        .addKeyValue("calls", count.get())
                        .log(
                                "Calls of the simulator did not end in time and are not in its ledger");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
