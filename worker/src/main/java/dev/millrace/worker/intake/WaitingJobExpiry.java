package dev.millrace.worker.intake;

import dev.millrace.worker.dispatch.JobCompletion;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.limits.PauseAndCancelState;
import dev.millrace.worker.schedule.Schedule;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Ends waiting jobs that are cancelled or expired, whether they wait for their turn, a slot, the
 * retry budget or a paused model. Belongs to the loop's thread.
 */
public final class WaitingJobExpiry {
    /**
     * Interval of checks, and so the longest delay of an expiry. A check looks at all waiting jobs.
     */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Schedule schedule;
    private final JobCompletion completion;
    private final PauseAndCancelState pauseAndCancel;
    private long lastNanos;

    public WaitingJobExpiry(
            Schedule schedule,
            JobCompletion completion,
            PauseAndCancelState pauseAndCancel,
            long nowNanos) {
        this.schedule = schedule;
        this.completion = completion;
        this.pauseAndCancel = pauseAndCancel;
        this.lastNanos = nowNanos;
    }

    public void onTick(long nowNanos) {
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
