package dev.millrace.worker.loop;

import java.time.Duration;

/**
 * Ends the jobs whose deadlines pass while they wait: for their turn, for a slot, or for the retry
 * budget. Belongs to the loop's thread.
 */
final class Expiry {
    /** So late at most; each time all that wait are looked at. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Schedule schedule;
    private final Desk desk;
    private long lastNanos;

    Expiry(Schedule schedule, Desk desk, long nowNanos) {
        this.schedule = schedule;
        this.desk = desk;
        this.lastNanos = nowNanos;
    }

    void onTick(long nowNanos) {
        if (nowNanos - lastNanos < INTERVAL.toNanos()) {
            return;
        }
        lastNanos = nowNanos;
        boolean hasExpired = false;
        for (Job job : schedule.queued()) {
            hasExpired |= desk.expire(job);
        }
        if (hasExpired) {
            schedule.onEnded();
        }
    }
}
