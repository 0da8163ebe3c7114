package dev.millrace.worker.dispatch;

import dev.millrace.worker.commit.Committer;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.job.WorkerMetrics;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.schedule.CallLimits;
import dev.millrace.worker.schedule.Capacity;
import dev.millrace.worker.schedule.LoopContext;
import dev.millrace.worker.schedule.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Chooses the calls that the next transaction announces, and withdraws them when it is not known to
 * be written. Nothing is sent here. Belongs to the loop's thread.
 */
public final class CallAnnouncer {
    private final Schedule schedule;
    private final JobCompletion completion;
    private final CallLimits limits;
    private final Capacity capacity;
    private final WorkerMetrics metrics;
    private final LoopClock clock;

    public CallAnnouncer(
            Schedule schedule, JobCompletion completion, CallLimits limits, LoopContext context) {
        this.schedule = schedule;
        this.completion = completion;
        this.limits = limits;
        this.capacity = context.capacity();
        this.metrics = context.metrics();
        this.clock = context.clock();
    }

    /** Returns true when a call could be announced now. */
    public boolean hasIntents() {
        return capacity.hasRoomForResults() && schedule.hasReady(limits::permits);
    }

    /**
     * Marks the calls that are to start as running in their ledgers.
     *
     * @param inTurn the partitions that the next transaction writes; no other call is announced
     */
    public List<Job> announce(Predicate<Partition> inTurn) {
        var announced = new ArrayList<Job>();
        var passedOver = new ArrayList<Job>();
        schedule.onAnnouncing();
        while (capacity.hasRoomForResults()) {
            Job job = schedule.next(limits::permits);
            if (job == null) {
                break;
            }
            if (!inTurn.test(job.partition()) && !job.partition().isRejected()) {
                passedOver.add(job);
            } else if (!completion.cancel(job)
                    && !completion.expire(job)
                    && !isUnwritable(job)
                    && !isHeldBack(job)) {
                announce(job);
                announced.add(job);
            }
        }
        passedOver.reversed().forEach(schedule::putBack);
        return announced;
    }

    private void announce(Job job) {
        job.onAnnounced();
        schedule.onAnnounced(job);
        limits.reserve(job);
    }

    /** Returns true when no call can be announced for the job's partition now; the job waits. */
    private boolean isUnwritable(Job job) {
        Partition partition = job.partition();
        boolean isUnwritable = partition.isTopicDeleted() || partition.isRejected();
        if (isUnwritable) {
            schedule.waitUntil(job, clock.nanos() + Committer.REJECTED_RETRY.toNanos());
        }
        return isUnwritable;
    }

    /** Returns true when the retry budget is used up; the job waits. */
    private boolean isHeldBack(Job job) {
        long wait = limits.retryWaitNanos(job);
        if (wait > 0) {
            metrics.onHeldBack(job.model());
            schedule.waitUntil(job, clock.nanos() + wait);
        }
        return wait > 0;
    }

    /** Withdraws announced calls: their transaction is not known to be written. */
    public void withdraw(List<Job> announced) {
        if (!announced.isEmpty()) {
            schedule.onWithdrawn();
        }
        // The last job first, so that the jobs are next in the order of their announcement.
        for (Job job : announced.reversed()) {
            job.onWithdrawn();
            limits.cancel(job);
            schedule.putBack(job);
        }
    }
}
