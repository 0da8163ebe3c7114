package dev.millrace.worker.intake;

import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.dispatch.JobCompletion;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.limits.LoopContext;
import dev.millrace.worker.limits.PauseAndCancelState;
import dev.millrace.worker.schedule.Schedule;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Ends waiting jobs that are cancelled or expired, whether they wait for their turn, a slot, the
 * retry budget or a paused model. Lets jobs fall back that would wait for an open breaker. Belongs
 * to the loop's thread.
 */
public final class WaitingJobs {
    /**
     * Interval of checks, and so the longest delay of an expiry. A check looks at all waiting jobs.
     */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Interval at which jobs fall back while a breaker is open. */
    private static final Duration FALLBACK_INTERVAL = Duration.ofMillis(100);

    private final Schedule schedule;
    private final JobCompletion completion;
    private final PauseAndCancelState pauseAndCancel;
    private final Breakers breakers;
    private long lastNanos;
    private long lastFallbackNanos;

    public WaitingJobs(Schedule schedule, JobCompletion completion, LoopContext context) {
        this.schedule = schedule;
        this.completion = completion;
        this.pauseAndCancel = context.pauseAndCancel();
        this.breakers = context.breakers();
        this.lastNanos = context.clock().nanos();
        this.lastFallbackNanos = lastNanos;
    }

    public void onTick(long nowNanos) {
        if (pauseAndCancel.refresh()) {
            end(completion::cancel);
        }
        if (nowNanos - lastNanos >= INTERVAL.toNanos()) {
            lastNanos = nowNanos;
            end(completion::expire);
        }
        if (nowNanos - lastFallbackNanos >= FALLBACK_INTERVAL.toNanos() && breakers.isAnyOpen()) {
            lastFallbackNanos = nowNanos;
            end(completion::fallBackFromBreaker);
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
