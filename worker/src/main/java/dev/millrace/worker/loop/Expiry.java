package dev.millrace.worker.loop;

import java.time.Duration;
import java.util.function.Predicate;

/**
 * Ends the jobs that have nothing to wait for any more: those whose deadlines pass while they wait,
 * for their turn, for a slot, for the retry budget, or because their model is paused; and those
 * that are cancelled. Belongs to the loop's thread.
 */
final class Expiry {
    /** So late at most a deadline is seen; each time all that wait are looked at. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Schedule schedule;
    private final Desk desk;
    private final Orders orders;
    private long lastNanos;

    Expiry(Schedule schedule, Desk desk, Orders orders, long nowNanos) {
        this.schedule = schedule;
        this.desk = desk;
        this.orders = orders;
        this.lastNanos = nowNanos;
    }

    void onTick(long nowNanos) {
        if (orders.refresh()) {
            end(desk::cancel);
        }
        if (nowNanos - lastNanos >= INTERVAL.toNanos()) {
            lastNanos = nowNanos;
            end(desk::expire);
        }
    }

    private void end(Predicate<Job> ends) {
        boolean hasEnded = false;
        for (Job job : schedule.queued()) {
            hasEnded |= ends.test(job);
        }
        if (hasEnded) {
            schedule.onEnded();
        }
    }
}
