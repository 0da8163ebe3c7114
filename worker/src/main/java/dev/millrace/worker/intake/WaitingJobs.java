package dev.millrace.worker.intake;

import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.dispatch.JobCompletion;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.limits.LoopContext;
import dev.millrace.worker.schedule.Schedule;
import java.time.Duration;

/**
 * Ends waiting jobs that are expired, whether they wait for their turn, a slot, the retry budget or
 * the end of a pause. Lets jobs leave that would wait for an open breaker: they fall back, or end
 * if their submitters wait no longer. Belongs to the loop's thread.
 */
public final class WaitingJobs {
    /**
     * Interval of checks, and so the longest delay of an expiry. A check looks at all waiting jobs.
     */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Interval at which jobs leave while a breaker is open. */
    private static final Duration LEAVE_INTERVAL = Duration.ofMillis(100);

    /** Jobs that leave in one turn at most. */
    private static final int MAX_LEAVING = 500;

    /**
     * Bytes of the jobs that leave in one turn, since each body is parsed; the last job may exceed
     * them.
     */
    private static final long MAX_LEAVING_BYTES = 4L << 20;

    private final Schedule schedule;
    private final JobCompletion completion;
    private final Breakers breakers;
    private long lastNanos;
    private long lastLeaveNanos;

    /** True when more jobs may leave in the next turn. */
    private boolean hasMoreLeaving;

    /** The jobs that have left in one turn. */
    private static final class Leaving {
        private int jobs;
        private long bytes;

        boolean hasRoom() {
            return jobs < MAX_LEAVING && bytes < MAX_LEAVING_BYTES;
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
        this.lastLeaveNanos = lastNanos;
    }

    public void onTick(long nowNanos) {
        if (nowNanos - lastNanos >= INTERVAL.toNanos()) {
            lastNanos = nowNanos;
            schedule.endQueued(completion::expire);
        }
        boolean isDue = hasMoreLeaving || nowNanos - lastLeaveNanos >= LEAVE_INTERVAL.toNanos();
        hasMoreLeaving = false;
        if (isDue && breakers.isAnyOpen()) {
            lastLeaveNanos = nowNanos;
            hasMoreLeaving = leave();
        }
    }

    /** Lets jobs leave open breakers, and returns true when more jobs may follow. */
    private boolean leave() {
        var done = new Leaving();
        schedule.endQueued(
                job -> {
                    boolean leaves = done.hasRoom() && completion.leaveOpenBreaker(job);
                    if (leaves) {
                        done.add(job);
                    }
                    return leaves;
                });
        return !done.hasRoom();
    }

    /** Returns 0 when more jobs leave in the next turn; else {@link Long#MAX_VALUE}. */
    public long untilNextNanos() {
        return hasMoreLeaving ? 0 : Long.MAX_VALUE;
    }
}
