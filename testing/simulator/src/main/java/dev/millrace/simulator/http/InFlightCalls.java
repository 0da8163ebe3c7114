package dev.millrace.simulator.http;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts calls in flight, so that a stopping server can wait until every call is in the ledger. */
final class InFlightCalls {
    private static final Logger LOG = LoggerFactory.getLogger(InFlightCalls.class);

    private final AtomicInteger count = new AtomicInteger();
    private final CountDownLatch drained = new CountDownLatch(1);
    private volatile boolean stopping;

    void begin() {
        count.incrementAndGet();
    }

    void end() {
        if (count.decrementAndGet() == 0 && stopping) {
            drained.countDown();
        }
    }

    /**
     * Returns true when the server is stopping, so that calls are ended by the server and not by
     * their clients.
     */
    boolean isStopping() {
        return stopping;
    }

    void stop() {
        stopping = true;
        if (count.get() == 0) {
            drained.countDown();
        }
    }

    /** Waits after {@link #stop} until the last call has ended, at most for {@code timeout}. */
    void awaitDrained(Duration timeout) {
        try {
            boolean ended = drained.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
            if (!ended) {
                LOG.atWarn()
                        .addKeyValue("calls", count.get())
                        .log(
                                "Some simulator calls did not end before the shutdown timeout; the ledger lacks them");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
