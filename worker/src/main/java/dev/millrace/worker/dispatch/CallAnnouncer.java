package dev.millrace.worker.dispatch;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.worker.capacity.Capacity;
import dev.millrace.worker.commit.Committer;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.limits.CallLimits;
import dev.millrace.worker.limits.LoopContext;
import dev.millrace.worker.limits.PauseAndCancelState;
import dev.millrace.worker.limits.SpentBudgets;
import dev.millrace.worker.schedule.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Chooses the calls that the next transaction announces, and withdraws them unless that transaction
 * is known to be written. Sends nothing. Belongs to the loop's thread.
 */
public final class CallAnnouncer {
    private final Schedule schedule;
    private final JobCompletion completion;
    private final CallLimits limits;
    private final Capacity capacity;
    private final PauseAndCancelState pauseAndCancel;
    private final SpentBudgets spentBudgets;

    public CallAnnouncer(
            Schedule schedule, JobCompletion completion, CallLimits limits, LoopContext context) {
        this.schedule = schedule;
        this.completion = completion;
        this.limits = limits;
        this.capacity = context.capacity();
        this.pauseAndCancel = context.pauseAndCancel();
        this.spentBudgets = context.spentBudgets();
    }

    /** Returns true when a call could be announced now. */
    public boolean canAnnounce() {
        return capacity.hasRoomForResults() && schedule.hasReady(limits::permits);
    }

    /**
     * Marks the calls that are to start as running in their ledgers.
     *
     * @param included the partitions that the next transaction writes; no other call is announced
     */
    public List<Job> announce(Predicate<Partition> included) {
        var announced = new ArrayList<Job>();
        var excluded = new ArrayList<Job>();
        schedule.onAnnouncing();
        while (capacity.hasRoomForResults()) {
            Job job = schedule.next(limits::permits);
            if (job == null) {
                break;
            }
            if (!included.test(job.partition()) && !job.partition().isRejected()) {
                excluded.add(job);
            } else if (!completion.cancel(job)
                    && !completion.expire(job)
                    && !isPaused(job)
                    && !isUnpaid(job)
                    && !isUnwritable(job)
                    && reserves(job)) {
                job.onAnnounced();
                schedule.onAnnounced(job);
                announced.add(job);
            }
        }
        excluded.reversed().forEach(schedule::putBack);
        return announced;
    }

    /** Returns true when the job's tenant or batch is paused; the job waits. */
    private boolean isPaused(Job job) {
        boolean isPaused = pauseAndCancel.isPaused(job.headers());
        if (isPaused) {
            schedule.park(job);
        }
        return isPaused;
    }

    /**
     * Returns true when a budget of the job is spent; the job waits or ends, as the budget says.
     */
    private boolean isUnpaid(Job job) {
        Optional<SpentBudgets.Spent> spent = spentBudgets.of(job);
        spent.ifPresent(
                it -> {
                    switch (it.onExhausted()) {
                        case PARK -> schedule.waitFor(job, SpentBudgets.RECHECK.toNanos());
                        case REJECT ->
                                completion.settle(
                                        job,
                                        Outcome.rejected(ErrorCode.BUDGET_EXCEEDED, it.message()));
                    }
                });
        return spent.isPresent();
    }

    /** Returns true when no call can be announced for the job's partition now; the job waits. */
    private boolean isUnwritable(Job job) {
        Partition partition = job.partition();
        boolean isUnwritable = partition.isTopicDeleted() || partition.isRejected();
        if (isUnwritable) {
            schedule.waitFor(job, Committer.REJECTED_RETRY.toNanos());
        }
        return isUnwritable;
    }

    /** Returns true when the limits admit the job's call; else the job waits. */
    private boolean reserves(Job job) {
        long wait = limits.reserve(job);
        if (wait > 0) {
            schedule.waitFor(job, wait);
        }
        return wait == 0;
    }

    /** Withdraws announced calls, because their transaction is not known to be written. */
    public void withdraw(List<Job> announced) {
        if (!announced.isEmpty()) {
            schedule.onWithdrawn();
        }
        // Puts the last job back first, so that the jobs stay in the order of their announcement.
        for (Job job : announced.reversed()) {
            job.onWithdrawn();
            limits.cancel(job);
            schedule.putBack(job);
        }
    }
}
