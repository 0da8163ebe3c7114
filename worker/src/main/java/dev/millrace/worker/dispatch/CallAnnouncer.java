package dev.millrace.worker.dispatch;

import dev.millrace.contracts.control.LimitCover;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.capacity.Capacity;
import dev.millrace.worker.commit.Committer;
import dev.millrace.worker.job.Hold;
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
import org.jspecify.annotations.Nullable;

/**
 * Chooses the calls that the next transaction announces, and withdraws them unless the transaction
 * is known to be written. Sends nothing. Belongs to the loop's thread.
 */
public final class CallAnnouncer {
    /** Names no budget, since clients of other tenants see why a model waits. */
    private static final Hold SPENT =
            new Hold(WaitingReason.BUDGET, "calls have cost more than was reserved for them");

    private static final Hold LOWERED =
            new Hold(WaitingReason.BUDGET, "a limit of its budget was lowered");

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

    /** Returns true when the call of a critical job could be announced now. */
    public boolean canAnnounceCritical() {
        return capacity.hasRoomForResults()
                && schedule.hasReady(job -> job.isCritical() && limits.permits(job));
    }

    /**
     * Marks the calls that are to start as running in their ledgers.
     *
     * @param included the partitions that the next transaction writes; calls of other partitions
     *     are not announced
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
            } else if (admits(job)) {
                announced.add(job);
            }
        }
        excluded.reversed().forEach(schedule::putBack);
        return announced;
    }

    /**
     * Returns the next job whose call may start under a standing intent, and marks the call as
     * running in its ledger. Returns null if there is none, or if the next job has to be announced:
     * no job overtakes it.
     *
     * @param isCovered true for jobs whose intents stand
     */
    public @Nullable Job startCovered(Predicate<Job> isCovered) {
        while (capacity.hasRoomForResults()) {
            Job job = schedule.next(limits::permits);
            if (job == null) {
                return null;
            }
            if (!isCovered.test(job)) {
                schedule.putBack(job);
                return null;
            }
            if (admits(job)) {
                return job;
            }
        }
        return null;
    }

    /** Returns true if the job's call may start, and then marks it as running in its ledger. */
    private boolean admits(Job job) {
        // Each check that is true ends the job or makes it wait, so that their order counts.
        boolean mayStart =
                !completion.cancel(job)
                        && !completion.expire(job)
                        && !parksIfPaused(job)
                        && !waitsForTopic(job)
                        && !stopsForNewLimit(job)
                        && !stopsForSpentBudget(job)
                        && !returnsForMoney(job)
                        && reserves(job);
        if (mayStart) {
            job.onAnnounced();
            schedule.onAnnounced(job);
        }
        return mayStart;
    }

    /** Returns true when the job's tenant or batch is paused; the job waits. */
    private boolean parksIfPaused(Job job) {
        boolean isPaused = pauseAndCancel.isPaused(job.headers());
        if (isPaused) {
            schedule.park(job);
        }
        return isPaused;
    }

    /**
     * Returns true when a limit that was set or lowered later does not cover the call. The job
     * returns to the router, or waits until the router has applied the limit.
     */
    private boolean stopsForNewLimit(Job job) {
        LimitCover cover = spentBudgets.cover(job);
        boolean mustWait =
                switch (cover) {
                    case COVERED -> false;
                    case UNKNOWN -> true;
                    case EXCEEDED, UNPAID -> !completion.returnUncovered(job, cover);
                };
        if (mustWait) {
            schedule.waitFor(job, SpentBudgets.RECHECK.toNanos(), LOWERED);
        }
        return cover != LimitCover.COVERED;
    }

    /**
     * Returns true when a budget of the job is spent; the budget decides whether the job waits or
     * ends.
     */
    private boolean stopsForSpentBudget(Job job) {
        Optional<SpentBudgets.Spent> spent = spentBudgets.of(job);
        spent.ifPresent(
                it -> {
                    switch (it.onExhausted()) {
                        case PARK -> schedule.waitFor(job, SpentBudgets.RECHECK.toNanos(), SPENT);
                        case REJECT ->
                                completion.settle(
                                        job,
                                        Outcome.rejected(ErrorCode.BUDGET_EXCEEDED, it.message()));
                    }
                });
        return spent.isPresent();
    }

    /** Returns true when no call can be announced for the job's partition now; the job waits. */
    private boolean waitsForTopic(Job job) {
        Partition partition = job.partition();
        boolean isUnwritable = partition.isTopicDeleted() || partition.isRejected();
        if (isUnwritable) {
            schedule.waitFor(job, Committer.REJECTED_RETRY.toNanos(), hold(partition));
        }
        return isUnwritable;
    }

    /** Returns true when no money is reserved for the call; the job returns to the router. */
    private boolean returnsForMoney(Job job) {
        boolean isUnreserved = !job.coversAttempt();
        if (isUnreserved) {
            completion.returnForMoney(job);
        }
        return isUnreserved;
    }

    private static Hold hold(Partition partition) {
        return partition.isTopicDeleted()
                ? new Hold(
                        WaitingReason.NO_TOPIC,
                        "the topic " + partition.id().topic() + " was deleted")
                : new Hold(WaitingReason.CLUSTER, "its writes are rejected");
    }

    /** Returns true when the limits admit the job's call; else the job waits. */
    private boolean reserves(Job job) {
        CallLimits.Delay delay = limits.reserve(job);
        if (delay != null) {
            schedule.waitFor(job, delay.nanos(), delay.hold());
        }
        return delay == null;
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
