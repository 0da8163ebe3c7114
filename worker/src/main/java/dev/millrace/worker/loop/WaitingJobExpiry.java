package dev.millrace.worker.loop;

import java.time.Duration;
import java.util.function.Predicate;

/**
 * Ends the jobs that have nothing to wait for any more: those whose deadlines pass while they wait,
 * for their turn, for a slot, for the retry budget, or because their model is paused; and those
 * that are cancelled. Belongs to the loop's thread.
 */
final class WaitingJobExpiry {
    /** So late at most a deadline is seen; each time all that wait are looked at. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Schedule schedule;
    private final JobCompletion completion;
    private final PauseAndCancelState pauseAndCancel;
    private long lastNanos;

    WaitingJobExpiry(
            Schedule schedule,
            JobCompletion completion,
            PauseAndCancelState pauseAndCancel,
            long nowNanos) {
        this.schedule = schedule;
        this.completion = completion;
        this.pauseAndCancel = pauseAndCancel;
        this.lastNanos = nowNanos;
    }

    void onTick(long nowNanos) {
        if (pauseAndCancel.refresh()) {
            end(completion::cancel);
        }
        if (nowNanos - lastNanos >= INTERVAL.toNanos()) {
            lastNanos = nowNanos;
            end(completion::expire);
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
