package dev.millrace.worker.loop;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.loop.Mailbox.Finished;
import dev.millrace.worker.outcome.RetryBudget;
import dev.millrace.worker.port.JobTopics;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses which calls start, starts them once that is committed, and collects what came of them.
 * Belongs to the loop's thread.
 *
 * <p>A call is sent only within a third of the session timeout after the transaction that announced
 * it was begun. The coordinator took that commit from a member of the group, so whoever was given
 * the partition later finds the call in the ledger. A commit is no heartbeat, and does not show
 * that heartbeats arrive: the window bounds how long after the loss of the partition a call can
 * start, and does not rule it out.
 */
final class CallDispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(CallDispatcher.class);

    /** Part of the session timeout within which this process counts as in touch with its group. */
    private static final int TOUCH_DIVISOR = 3;

    /** A deadline further away makes no difference, and must not overflow. */
    private static final Duration LONGEST_LEFT = Duration.ofDays(365);

    private final Providers providers;
    private final Mailbox mailbox;
    private final Schedule schedule;
    private final JobCompletion completion;
    private final JobTopics topics;
    private final Capacity capacity;
    private final LoopMetrics metrics;
    private final LoopClock clock;
    private final PauseAndCancelState pauseAndCancel;

    private final Map<String, RetryBudget> budgets = new HashMap<>();
    private final Supplier<RetryBudget> newBudget;
    private final Map<String, CallPacer> paces = new HashMap<>();
    private final Supplier<CallPacer> newPace;
    private final CallWatchdog watchdog;
    private int poisonCandidatesInFlight;

    CallDispatcher(
            Ends ends,
            Schedule schedule,
            JobCompletion completion,
            JobTopics topics,
            LoopContext context) {
        this.providers = ends.providers();
        this.mailbox = ends.mailbox();
        this.schedule = schedule;
        this.completion = completion;
        this.topics = topics;
        this.capacity = context.capacity();
        this.metrics = context.metrics();
        this.clock = context.clock();
        this.pauseAndCancel = context.pauseAndCancel();
        this.newBudget = ends.newBudget();
        this.newPace = ends.newPace();
        this.watchdog = ends.watchdog();
    }

    /** Where calls go, where they come back, and how many of each model's may be retries. */
    record Ends(
            Providers providers,
            Mailbox mailbox,
            Supplier<RetryBudget> newBudget,
            Supplier<CallPacer> newPace,
            CallWatchdog watchdog) {}

    /** Whether a call could be announced now. */
    boolean hasIntents() {
        return capacity.hasRoomForResults() && schedule.hasReady(this::fits);
    }

    /**
     * Marks the calls that are to start as running in their ledgers; nothing is sent yet.
     *
     * @param inTurn the partitions that the next transaction writes; no other call is announced
     */
    List<Job> announce(Predicate<Partition> inTurn) {
        var announced = new ArrayList<Job>();
        var passedOver = new ArrayList<Job>();
        schedule.onAnnouncing();
        while (capacity.hasRoomForResults()) {
            Job job = schedule.next(this::fits);
            if (job == null) {
                break;
            }
            if (!inTurn.test(job.partition) && job.partition.refusal.isEmpty()) {
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

    private boolean fits(Job job) {
        return pauseAndCancel.mayStart(job.partition.model)
                && pace(job).waitNanos(clock.nanos()) == 0
                && capacity.hasSlot(job.partition.model, job.isCritical())
                && !(job.isPoisonCandidate && poisonCandidatesInFlight > 0);
    }

    /** Returns true when no call can be announced for the job's partition now; the job waits. */
    private boolean isUnwritable(Job job) {
        Partition partition = job.partition;
        boolean isUnwritable = partition.isTopicDeleted || !partition.refusal.isEmpty();
        if (isUnwritable) {
            schedule.waitUntil(job, clock.nanos() + RejectedWrites.RETRY.toNanos());
        }
        return isUnwritable;
    }

    /** Whether the retry budget is used up; then the job waits on. */
    private boolean isHeldBack(Job job) {
        long now = clock.nanos();
        long wait = job.isRetry ? budget(job).waitNanos(now) : 0;
        if (wait > 0) {
            metrics.onHeldBack(job.model);
            schedule.waitUntil(job, now + wait);
        }
        return wait > 0;
    }

    private void announce(Job job) {
        job.state = Job.State.STARTING;
        job.attempts++;
        job.partition.ledger.start(job.offset());
        schedule.onAnnounced(job);
        capacity.onAnnounced(job.partition.model);
        poisonCandidatesInFlight += job.isPoisonCandidate ? 1 : 0;
        // Counted here and not when sent: else many would pass a budget that has room for one.
        long now = clock.nanos();
        budget(job).onCall(now, job.isRetry);
        pace(job).onStarted(now);
    }

    /** Nanoseconds until a model's pace allows a call again; {@link Long#MAX_VALUE} for none. */
    long untilPacedNanos(long nowNanos) {
        long least = Long.MAX_VALUE;
        for (CallPacer pace : paces.values()) {
            long wait = pace.waitNanos(nowNanos);
            least = wait > 0 ? Math.min(least, wait) : least;
        }
        return least;
    }

    private CallPacer pace(Job job) {
        return paces.computeIfAbsent(job.partition.model, _ -> newPace.get());
    }

    private RetryBudget budget(Job job) {
        return budgets.computeIfAbsent(job.partition.model, _ -> newBudget.get());
    }

    /** That could not be committed: what was announced has not happened. */
    void withdraw(List<Job> announced) {
        if (!announced.isEmpty()) {
            schedule.onWithdrawn();
        }
        // The last one first, so that they are next in the order in which they were announced.
        for (Job job : announced.reversed()) {
            job.partition.ledger.withdraw(job.offset());
            takeBack(job);
            budget(job).onWithdrawn(clock.nanos(), job.isRetry);
            pace(job).onWithdrawn();
            capacity.onSlotFreed(job.partition.model);
        }
    }

    /** Its attempt was announced and is not made. */
    private void takeBack(Job job) {
        job.attempts--;
        poisonCandidatesInFlight -= job.isPoisonCandidate ? 1 : 0;
        schedule.putBack(job);
    }

    /**
     * Sends what has been announced.
     *
     * @param begunNanos when the transaction was begun that did it
     */
    void launch(List<Job> announced, long begunNanos) {
        Duration session = topics.limits().orElse(JobTopics.Limits.DEFAULT).sessionTimeout();
        long sendBy = begunNanos + session.dividedBy(TOUCH_DIVISOR).toNanos();
        for (Job job : announced) {
            job.state = Job.State.RUNNING;
            job.lastStart = clock.now();
            metrics.onDispatched(job.queuedMs(job.lastStart));
            var order =
                    new Providers.Order(
                            job.headers.jobId(),
                            job.model,
                            job.record.value(),
                            job.headers.maxOutputTokens(),
                            new Providers.Window(sendBy, endBy(job)));
            int launch = ++job.launches;
            watchdog.onStarted(job, clock.nanos());
            job.call =
                    providers.start(
                            order, report -> mailbox.put(new Finished(job, launch, report)));
        }
    }

    private long endBy(Job job) {
        Instant deadline = job.headers.deadline();
        long now = clock.nanos();
        if (deadline == null) {
            return Providers.Window.open(now).endByNanos();
        }
        Duration left = Duration.between(clock.now(), deadline);
        return left.compareTo(LONGEST_LEFT) < 0
                ? now + left.toNanos()
                : now + LONGEST_LEFT.toNanos();
    }

    /** Takes in what has come back, waiting for the first. */
    void collect(Duration wait) {
        Finished finished = mailbox.take(wait);
        // No more than were in flight: calls that end meanwhile have their turn later.
        for (int left = capacity.inFlight(); finished != null; left--) {
            if (finished.launch() == finished.job().launches) {
                onFinished(finished);
            }
            finished = left > 1 ? mailbox.take(Duration.ZERO) : null;
        }
    }

    /** Aborts calls that outlive their time, and settles those that will not report any more. */
    void onTick(long nowNanos) {
        for (Job job : watchdog.takeOverdue(nowNanos)) {
            cancel(job.call);
        }
        for (Job job : watchdog.takeLost(nowNanos)) {
            LOG.atError()
                    .addKeyValue("job_id", job.headers.jobId())
                    .addKeyValue("model", job.model.name())
                    .log("a call has ended without a report; it may have been billed");
            // A report that still comes is of an earlier launch.
            job.launches++;
            onFinished(new Finished(job, job.launches, lost(job)));
        }
    }

    private Providers.Report lost(Job job) {
        var verdict =
                new Verdict.Failed(
                        ErrorCode.TIMEOUT,
                        "the call ended without a report",
                        null,
                        null,
                        Billing.UNCERTAIN);
        return new Providers.Report(
                JobCompletion.read(job.record), "", verdict, true, watchdog.longest(), null);
    }

    private void onFinished(Finished finished) {
        Job job = finished.job();
        watchdog.onReport(job);
        metrics.onCall(job.model, finished.report());
        Error fatal = finished.report().fatal();
        if (fatal != null) {
            throw fatal;
        }
        poisonCandidatesInFlight -= job.isPoisonCandidate ? 1 : 0;
        if (finished.report().called()) {
            pace(job).onEnded(finished.report().took().toNanos());
        } else {
            budget(job).onWithdrawn(clock.nanos(), job.isRetry);
        }
        if (job.state == Job.State.RUNNING) {
            completion.onReport(job, finished.report());
        } else {
            // Broken off or lost: its slot was kept until it had really ended.
            capacity.onSlotFreed(job.partition.model);
        }
    }

    /** Ends the calls of that partition; what becomes of them is no longer of interest. */
    void cancel(Partition partition) {
        for (Job job : partition.jobs) {
            cancel(job.call);
        }
    }

    private static void cancel(Providers.@Nullable Call call) {
        if (call != null) {
            call.cancel();
        }
    }
}
