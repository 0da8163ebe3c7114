package dev.millrace.worker.intake;

import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.dispatch.JobCompletion;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.limits.LoopContext;
import dev.millrace.worker.schedule.Schedule;
import java.time.Duration;

/**
 * Ends expired jobs that wait for their turn, a slot, the retry budget or the end of a pause. Makes
 * jobs leave open breakers: they fall back, or end if their submitters no longer wait. Belongs to
 * the loop's thread.
 */
public final class WaitingJobs {
    /**
     * Interval of checks, which is also the longest delay of an expiry. A check visits all waiting
     * jobs.
     */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Interval at which jobs leave while a breaker is open. */
    private static final Duration LEAVE_INTERVAL = Duration.ofMillis(100);

    /** Most jobs that leave in one turn. */
    private static final int MAX_LEAVING = 500;

    /**
     * Bytes of the jobs that leave in one turn, since each body is parsed; the last job can exceed
     * the limit.
     */
    private static final long MAX_LEAVING_BYTES = 4L << 20;

    private final Schedule schedule;
    private final JobCompletion completion;
    private final Breakers breakers;
    private long lastNanos;
    private long lastLeaveNanos;

    /** True when more jobs can leave in the next turn. */
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

    /** Makes jobs leave open breakers, and returns true when more jobs can follow. */
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
