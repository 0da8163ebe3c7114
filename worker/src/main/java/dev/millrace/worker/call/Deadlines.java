package dev.millrace.worker.call;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Watches how long exchanges take, on one daemon thread, which only ever interrupts. */
final class Deadlines implements AutoCloseable {
    private final ScheduledThreadPoolExecutor watch =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("millrace-worker-deadlines").factory());

    Deadlines() {
        // Or every exchange that has ended would be held until its deadline.
        watch.setRemoveOnCancelPolicy(true);
    }

    /** The deadline expires after that time, unless what is returned is cancelled before. */
    Future<?> watch(Deadline deadline, long afterNanos) {
        return watch.schedule(deadline::onExpiry, afterNanos, TimeUnit.NANOSECONDS);
    }

    /** Deadlines that are held. */
    int held() {
        return watch.getQueue().size();
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
