package dev.millrace.worker.dispatch;

import dev.millrace.contracts.control.LimitCover;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.AnswerWait.Chunks;
import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.result.BuriedRecord;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.JobEnding;
import dev.millrace.contracts.result.JobFacts;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.breaker.Excuse;
import dev.millrace.worker.breaker.OpenBreaker;
import dev.millrace.worker.capacity.Capacity;
import dev.millrace.worker.commit.PendingWrite;
import dev.millrace.worker.commit.PendingWrites;
import dev.millrace.worker.dispatch.CompletionPolicy.Attempt;
import dev.millrace.worker.dispatch.CompletionPolicy.Decision;
import dev.millrace.worker.fallback.FallbackModels;
import dev.millrace.worker.fallback.NextModel;
import dev.millrace.worker.job.CallFollower;
import dev.millrace.worker.job.ExistingTopics;
import dev.millrace.worker.job.Hold;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.job.ServedModels;
import dev.millrace.worker.job.WorkerMetrics;
import dev.millrace.worker.limits.LoopContext;
import dev.millrace.worker.limits.PauseAndCancelState;
import dev.millrace.worker.limits.SpentBudgets;
import dev.millrace.worker.outcome.OutputRecords;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.schedule.Schedule;
import dev.millrace.worker.tier.Tiers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Ends attempts and jobs: moves a job to its next state, and queues the records of its outcome.
 * Belongs to the loop's thread.
 */
public final class JobCompletion {
    /**
     * Lowest advice when to repeat a job that ends while a breaker is open and its next trial is
     * due or running.
     */
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

    private static final String UNCOVERED =
            "a limit of its budget was set or lowered after the job was routed; submit it again";

    private final CompletionPolicy policy;
    private final Schedule schedule;
    private final PendingWrites pending;
    private final OutputRecords outputs;
    private final FallbackModels fallbacks;
    private final ExistingTopics topics;
    private final Capacity capacity;
    private final WorkerMetrics metrics;
    private final LoopClock clock;
    private final PauseAndCancelState pauseAndCancel;
    private final SpentBudgets spentBudgets;
    private final Breakers breakers;
    private final Tiers tiers;
    private final CallFollower follower;

    public JobCompletion(
            CompletionPolicy policy,
            Schedule schedule,
            PendingWrites pending,
            ServedModels served,
            ExistingTopics topics,
            LoopContext context) {
        this.policy = policy;
        this.schedule = schedule;
        this.pending = pending;
        this.outputs = served.outputs();
        this.fallbacks = served.fallbacks();
        this.topics = topics;
        this.capacity = context.capacity();
        this.metrics = context.metrics();
        this.clock = context.clock();
        this.pauseAndCancel = context.pauseAndCancel();
        this.spentBudgets = context.spentBudgets();
        this.breakers = context.breakers();
        this.tiers = context.tiers();
        this.follower = context.follower();
    }

    /** Handles the report of a running call; this worker still owns the call's job. */
    void onReport(Job job, Providers.CallReport report) {
        job.onReport(report);
        follower.onReport(job, report);
        spentBudgets.onCost(job.headers(), job.excessiveCostUsd());
        switch (decide(job, report)) {
            case Decision.Settle settle -> settle(job, settle.outcome());
            case Decision.HandOver handOver -> handOver(job, handOver);
            case Decision.Cancel _ -> settleCancelled(job);
            case Decision.DeadLetter deadLetter -> deadLetter(job, deadLetter.reason());
            case Decision.Retry retry -> {
                pending.add(
                        job.isAttempt(report)
                                ? PendingWrite.ofEndedCall(job, attemptCost(job))
                                : PendingWrite.ofCallNotMade(job));
                retry(
                        job,
                        retry.delay(),
                        job.excuse() == Excuse.CHEAPER_TIER
                                ? tiers.hold(job, "refused")
                                : hold(report.verdict()));
            }
        }
    }

    /**
     * Decides how the job continues. A stream that is shown once and has begun gets no further
     * attempt: its client already has the error.
     */
    private Decision decide(Job job, Providers.CallReport report) {
        if (job.excuse() == Excuse.CHEAPER_TIER) {
            return pauseAndCancel.isCancelled(job.headers())
                    ? new Decision.Cancel()
                    : new Decision.Retry(
                            tiers.waitAfter(report, job, job.onRefused(), policy.random()));
        }
        boolean isShownOnce =
                report.isForwarded() && job.headers().answerWait().chunks() == Chunks.ONCE;
        return isShownOnce && report.verdict() instanceof Verdict.Failed failed
                ? CompletionPolicy.settle(failed)
                : policy.decide(attempt(job, report), report, clock.now());
    }

    private Attempt attempt(Job job, Providers.CallReport report) {
        boolean isAnswered = report.verdict() instanceof Verdict.Answered;
        return new Attempt(
                job.model(),
                job.attemptsAtModel() + (job.isAttempt(report) ? 0 : 1),
                report.verdict() instanceof Verdict.Failed failed
                        ? job.failedCalls().count(failed.error())
                                + job.headers().earlier().attemptsAtModel()
                        : 0,
                job.failedCalls().missedWindows(),
                job.excuse(),
                job.hasOtherKey(),
                job.allowsAttempt() ? null : job.costShortage(),
                !isAnswered && pauseAndCancel.isCancelled(job.headers()),
                job.headers().deadline(),
                reason -> staysForStandardTier(job) ? Optional.empty() : nextModel(job, reason));
    }

    /** Returns true if an open breaker holds back calls at the cheaper tier of the model only. */
    private boolean staysForStandardTier(Job job) {
        return job.excuse() == Excuse.OPEN_BREAKER
                && job.isBoughtCheaper()
                && breakers.heldBy(job.model()).isEmpty()
                && job.allowsAttempt();
    }

    /**
     * Returns the model that the job falls back to; empty for none. A job of a deleted topic ends
     * there: without an offset, its hand-over could be written twice.
     */
    private Optional<NextModel> nextModel(Job job, ErrorCode reason) {
        Lane lane = job.routedLane().afterHandOver();
        return job.partition().isTopicDeleted()
                ? Optional.empty()
                : fallbacks.after(
                        job.headersWithSpending(),
                        job.model(),
                        reason,
                        clock.now(),
                        model -> topics.exists(outputs.jobTopic(model, laneAt(model, lane))));
    }

    /**
     * Returns the lane for the job at another model: its own lane if that lane has a topic there,
     * else the normal lane.
     */
    private Lane laneAt(String model, Lane lane) {
        return topics.exists(outputs.jobTopic(model, lane)) ? lane : Lane.NORMAL;
    }

    private static Hold hold(Verdict verdict) {
        return new Hold(
                WaitingReason.PROVIDER_WAIT,
                switch (verdict) {
                    case Verdict.Failed failed ->
                            (failed.retryAfter() == null
                                            ? "after "
                                            : "as the provider asks, after ")
                                    + failed.error().code();
                    case Verdict.SendWindowMissed _ -> "after a call that was not sent in time";
                    case Verdict.Answered _ -> "";
                });
    }

    private void retry(Job job, Duration delay, Hold why) {
        if (!job.partition().isActive()) {
            release(job);
        } else if (delay.isPositive()) {
            schedule.waitFor(job, delay.toNanos(), why);
        } else {
            schedule.ready(job);
        }
    }

    private List<ProducerRecord<byte[], byte[]>> attemptCost(Job job) {
        return job.takeAttemptCost()
                .map(it -> List.of(outputs.cost(job.headers(), it)))
                .orElse(List.of());
    }

    /** Writes the cost of an attempt that an earlier owner left running; the job continues. */
    public void endInheritedAttempt(Job job) {
        pending.add(PendingWrite.ofUncertainAttempt(job, attemptCost(job)));
    }

    /** Aborts a running call, which was possibly billed; another worker continues with the job. */
    public void abortCall(Job job) {
        job.onAborted();
        follower.onLost(job);
        pending.add(PendingWrite.ofUncertainAttempt(job, attemptCost(job)));
        end(job);
    }

    /** Releases the job; another worker continues with it. */
    public void release(Job job) {
        end(job);
    }

    /** Settles the job if its deadline has passed, and returns true in that case. */
    public boolean expire(Job job) {
        var deadline = job.headers().deadline();
        if (deadline == null || clock.now().isBefore(deadline)) {
            return false;
        }
        settle(
                job,
                Outcome.rejected(
                        ErrorCode.DEADLINE_EXCEEDED,
                        "the deadline " + deadline + " has passed" + waited(job)));
        return true;
    }

    /** Returns an expired job's reason to wait, as the end of a sentence; empty if unknown. */
    private String waited(Job job) {
        return pauseAndCancel.isKnown() && pauseAndCancel.holdsBack(job)
                ? " while its model, tenant or batch was paused"
                : breakers.heldBy(job.model())
                        .map(it -> "; the job was waiting: " + it.toEntry().text())
                        .orElse("");
    }

    /** Settles a job without a running call if it was cancelled, and returns true in that case. */
    public boolean cancel(Job job) {
        boolean isCancelled = pauseAndCancel.isCancelled(job.headers());
        if (isCancelled) {
            settleCancelled(job);
        }
        return isCancelled;
    }

    /** Aborts the running call of a job that was cancelled together with its call. */
    public void cancelCall(Job job) {
        if (job.isRunning() && pauseAndCancel.isCallCancelled(job.headers())) {
            job.cancelCallWithJob();
        }
    }

    /** Hands a job without a further attempt over to another model, or else ends it. */
    public void fallBackOrSettle(Job job, ErrorCode error, String message) {
        if (!fallBack(job, error, message)) {
            settle(job, Outcome.rejected(error, message));
        }
    }

    /**
     * Hands a waiting job over to another model if an open breaker holds back its calls. Otherwise
     * ends the job if its submitter no longer waits for the breaker. Returns true in both cases. A
     * job whose call can be the next trial of the breaker stays here.
     *
     * <p>A paused job stays too: the pause holds it back, not the breaker. A poison candidate does
     * not fall back, since it could end the workers of the next model as well.
     */
    public boolean leaveOpenBreaker(Job job) {
        if (pauseAndCancel.holdsBack(job)
                || breakers.waitNanos(job.model(), clock.nanos()) == 0
                || breakers.waitNanos(job.called(), clock.nanos()) == 0) {
            return false;
        }
        OpenBreaker open = breakers.heldBy(job.model()).orElse(null);
        return open != null
                && ((!job.isPoisonCandidate() && fallBack(job, open.error(), open.reason()))
                        || endUnavailable(job, open));
    }

    /** Ends a job that has waited for an open breaker for the time that its submitter allows. */
    private boolean endUnavailable(Job job, OpenBreaker open) {
        Duration longest = job.headers().answerWait().onUnavailable().failAfter();
        if (longest == null
                || job.breakers().onHeld(open.since(), clock.nanos()) < longest.toNanos()) {
            return false;
        }
        Duration untilTrial = Duration.between(clock.now(), open.nextTrial());
        if (!cancel(job)) {
            settle(
                    job,
                    new Outcome.Unanswered(
                            open.error(),
                            job.model().name() + " is unavailable: " + open.toEntry().text(),
                            null,
                            untilTrial.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : untilTrial,
                            null));
        }
        return true;
    }

    /** Returns true if the job ends here because it falls back to another model. */
    private boolean fallBack(Job job, ErrorCode error, String message) {
        Optional<NextModel> next = nextModel(job, error);
        if (next.isPresent() && !cancel(job) && !expire(job)) {
            handOver(
                    job,
                    new Decision.HandOver(next.get(), error, Outcome.rejected(error, message)));
        }
        return next.isPresent();
    }

    private void settleCancelled(Job job) {
        settle(job, Outcome.rejected(ErrorCode.CANCELLED, "the job or its batch was cancelled"));
    }

    /** Ends the job with an outcome. */
    public void settle(Job job, Outcome outcome) {
        RequestLine line = job.line();
        if (line == null) {
            deadLetter(job, "the record is not a batch line");
            return;
        }
        JobEnding.Settled ending = settled(job, line, outcome);
        metrics.onEnded(job.model().name(), outcome.error());
        if (job.isSpilled()) {
            metrics.onSpilled(job.model());
        }
        var records = outputs.of(ending);
        pending.add(
                PendingWrite.ofResult(job, records, SmallerResult.of(ending, records, outputs)));
        end(job);
    }

    private JobEnding.Settled settled(Job job, RequestLine line, Outcome outcome) {
        var provenance = new Provenance(facts(job), calls(job), line.options().labels());
        return new JobEnding.Settled(
                new JobResult(line.customId(), outcome, provenance), job.takeFinalCost());
    }

    private static JobFacts facts(Job job) {
        return JobFacts.of(job.headers(), job.routedLane());
    }

    private Calls calls(Job job) {
        boolean isCalled = job.attemptsAtModel() > 0;
        return new Calls(
                job.headers().model(),
                isCalled ? job.model().provider() : null,
                job.attempts(),
                job.billedUsd(),
                job.timesAtEnd(clock.now()),
                job.times().firstTokenMs(),
                job.addedFields());
    }

    /**
     * Hands the job over to the topic of its next model, in the transaction that ends it here. If
     * the cluster refuses the record, the job ends with its last error instead.
     */
    private void handOver(Job job, Decision.HandOver handOver) {
        RequestLine line = job.line();
        if (line == null) {
            deadLetter(job, "the record is not a batch line");
            return;
        }
        NextModel next = handOver.next();
        var otherwise =
                new EndInsteadOfHandOver(
                        settled(job, line, handOver.otherwise()), outputs, metrics);
        var headers =
                next.headers(
                        job.headersWithSpending(),
                        line,
                        new Fallback(
                                job.headers().model(),
                                handOver.reason().code(),
                                job.calledMillis(clock.now())),
                        job.attempts(),
                        job.billedUsd());
        var records = new ArrayList<>(attemptCost(job));
        Lane routed = job.routedLane().afterHandOver();
        Lane lane = laneAt(next.name(), routed);
        // The router counts the end of a job in the lane that it chose.
        var atNext = lane == routed ? headers : headers.withLane(routed);
        records.add(outputs.handOver(job.record(), atNext, lane));
        metrics.onFallback(job.model().name(), next.name(), handOver.reason());
        pending.add(PendingWrite.ofResult(job, records, otherwise));
        end(job);
    }

    /**
     * Returns a job to the router, which reserves money for its next attempt, in the transaction
     * that ends it here. If the cluster refuses the record, the job ends.
     */
    void returnForMoney(Job job) {
        returnToRouter(job, job.headersWithSpending(), job.costShortage());
    }

    /**
     * Returns a job to the router because a limit was set or lowered after it was routed. No
     * identical job waits for it any more, since it may wait for long. A part of a document, or a
     * job of the express lane, cannot return: it ends if the account of the limit has reserved
     * nothing for it, which no raise would change.
     *
     * @return false if the job has to wait
     */
    boolean returnUncovered(Job job, LimitCover cover) {
        JobHeaders headers = job.headersWithSpending();
        JobCostLimit limit =
                Objects.requireNonNullElse(
                        headers.costLimit(), JobCostLimit.unknown(headers.chain().size()));
        boolean canReturn = headers.parent() == null && headers.requestPartition() != null;
        if (canReturn) {
            returnToRouter(job, headers.withCostLimit(limit).withoutCache(), UNCOVERED);
        } else if (cover == LimitCover.UNPAID) {
            settle(job, Outcome.rejected(ErrorCode.BUDGET_EXCEEDED, UNCOVERED));
        }
        return canReturn || cover == LimitCover.UNPAID;
    }

    private void returnToRouter(Job job, JobHeaders returning, String shortage) {
        RequestLine line = job.line();
        if (line == null) {
            deadLetter(job, "the record is not a batch line");
            return;
        }
        var otherwise =
                new EndInsteadOfHandOver(
                        settled(job, line, Outcome.rejected(ErrorCode.BUDGET_EXCEEDED, shortage)),
                        outputs,
                        metrics);
        var headers =
                returning
                        .withLane(job.routedLane().afterHandOver())
                        .returned(job.attempts(), job.attemptsAtModel(), job.billedUsd());
        var records = new ArrayList<>(attemptCost(job));
        records.add(outputs.returned(job.record(), headers));
        String left = job.headers().cacheKey();
        if (left != null && headers.cacheKey() == null) {
            records.add(outputs.noAnswer(job.headers(), left));
        }
        pending.add(PendingWrite.ofResult(job, records, otherwise));
        end(job);
    }

    /** Ends a job whose record is not a batch line. */
    private void deadLetter(Job job, String reason) {
        metrics.onDeadLetter();
        var ending =
                new JobEnding.Unreadable(
                        facts(job),
                        ErrorCode.MALFORMED_REQUEST,
                        calls(job),
                        job.takeFinalCost(),
                        BuriedRecord.malformed(job.original(), reason));
        pending.add(PendingWrite.ofDeadLetter(job, outputs.of(ending)));
        end(job);
    }

    /** Ends a record that never became a job. */
    public void endRecord(
            Partition partition, long offset, List<ProducerRecord<byte[], byte[]>> records) {
        pending.add(PendingWrite.ofRecord(partition, offset, records));
    }

    private void end(Job job) {
        job.end(clock.nanos());
        capacity.onEnded(job);
    }
}
