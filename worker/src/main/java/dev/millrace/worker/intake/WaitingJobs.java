package dev.millrace.worker.intake;

import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.dispatch.JobCompletion;
import dev.millrace.worker.job.Job;
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

    /** Jobs that fall back in one turn at most. */
    private static final int MAX_FALLBACKS = 500;

    /**
     * Bytes of the jobs that fall back in one turn, since each body is parsed; the last job may
     * exceed them.
     */
    private static final long MAX_FALLBACK_BYTES = 4L << 20;

    private final Schedule schedule;
    private final JobCompletion completion;
    private final Breakers breakers;
    private long lastNanos;
    private long lastFallbackNanos;

    /** True when more jobs may fall back in the next turn. */
    private boolean hasMoreFallbacks;

    /** The jobs that have fallen back in one turn. */
    private static final class Fallbacks {
        private int jobs;
        private long bytes;

        boolean hasRoom() {
            return jobs < MAX_FALLBACKS && bytes < MAX_FALLBACK_BYTES;
        }

        void add(Job job) {
            jobs++;
            bytes += job.bytes();
        }
    }

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
        boolean isDue =
                hasMoreFallbacks || nowNanos - lastFallbackNanos >= FALLBACK_INTERVAL.toNanos();
        hasMoreFallbacks = false;
        if (isDue && breakers.isAnyOpen()) {
            lastFallbackNanos = nowNanos;
            hasMoreFallbacks = fallBack();
        }
    }

    /** Lets jobs fall back, and returns true when more jobs may follow. */
    private boolean fallBack() {
        var done = new Fallbacks();
        schedule.endQueued(
                job -> {
                    boolean fallsBack = done.hasRoom() && completion.fallBackFromBreaker(job);
                    if (fallsBack) {
                        done.add(job);
                    }
                    return fallsBack;
                });
        return !done.hasRoom();
    }

    /** Returns 0 when more jobs fall back in the next turn; else {@link Long#MAX_VALUE}. */
    public long untilNextNanos() {
        return hasMoreFallbacks ? 0 : Long.MAX_VALUE;
    }
}
