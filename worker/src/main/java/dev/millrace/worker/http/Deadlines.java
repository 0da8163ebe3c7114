package dev.millrace.worker.http;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Expires deadlines on one daemon thread, which only interrupts other threads. */
final class Deadlines implements AutoCloseable {
    private final ScheduledThreadPoolExecutor watch =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("millrace-worker-deadlines").factory());

    Deadlines() {
        // Otherwise every finished exchange would be held until its deadline.
        watch.setRemoveOnCancelPolicy(true);
    }

    /** Expires the deadline after the given time, unless the returned future is cancelled first. */
    Future<?> watch(Deadline deadline, long afterNanos) {
        return watch.schedule(deadline::onExpiry, afterNanos, TimeUnit.NANOSECONDS);
    }

    /** Returns the number of pending deadlines. */
    int pendingCount() {
        return watch.getQueue().size();
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
