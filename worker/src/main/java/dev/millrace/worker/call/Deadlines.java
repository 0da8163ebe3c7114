package dev.millrace.worker.call;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Watches the total timeouts of exchanges on one daemon thread, which only ever interrupts. */
final class Deadlines implements AutoCloseable {
    private final Duration after;
    private final ScheduledThreadPoolExecutor watch =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("millrace-worker-deadlines").factory());

    /**
     * @param after how long after its beginning an exchange is interrupted
     */
    Deadlines(Duration after) {
        this.after = after;
        // Or every exchange that has ended would be held until its deadline.
        watch.setRemoveOnCancelPolicy(true);
    }

    /** The deadline expires when its time has come, unless what is returned is cancelled before. */
    Future<?> watch(Deadline deadline) {
        return watch.schedule(deadline::onExpiry, after.toNanos(), TimeUnit.NANOSECONDS);
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
