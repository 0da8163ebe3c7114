package dev.millrace.worker.intake;

import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.dispatch.JobCompletion;
import dev.millrace.worker.limits.LoopContext;
import dev.millrace.worker.schedule.Schedule;
import java.time.Duration;

/**
 * Ends waiting jobs that are expired, whether they wait for their turn, a slot, the retry budget or
 * the end of a pause. Lets jobs fall back that would wait for an open breaker. Belongs to the
 * loop's thread.
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
    private final Breakers breakers;
    private long lastNanos;
    private long lastFallbackNanos;

    public WaitingJobs(Schedule schedule, JobCompletion completion, LoopContext context) {
        this.schedule = schedule;
        this.completion = completion;
        this.breakers = context.breakers();
        this.lastNanos = context.clock().nanos();
        this.lastFallbackNanos = lastNanos;
    }

    public void onTick(long nowNanos) {
        if (nowNanos - lastNanos >= INTERVAL.toNanos()) {
            lastNanos = nowNanos;
            schedule.endQueued(completion::expire);
        }
        if (nowNanos - lastFallbackNanos >= FALLBACK_INTERVAL.toNanos() && breakers.isAnyOpen()) {
            lastFallbackNanos = nowNanos;
            schedule.endQueued(completion::fallBackFromBreaker);
        }
    }
}
