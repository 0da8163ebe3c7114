package dev.millrace.worker.loop;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.ledger.OpenJob;
import dev.millrace.worker.outcome.Ending;
import dev.millrace.worker.outcome.Next;
import dev.millrace.worker.outcome.RetryPolicy;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decides what follows from what became of the calls of jobs, and settles them. Belongs to the
 * loop's thread.
 */
final class JobCompletion {
    /** Calls of one job that could not be sent in time; this one ends it. */
    private static final int MOST_LATES = 3;

    private final ServedModels served;
    private final Schedule schedule;
    private final Committer committer;
    private final Capacity capacity;
    private final LoopMetrics metrics;
    private final LoopClock clock;
    private final PauseAndCancelState pauseAndCancel;
    private final RandomGenerator random;
    private final RetryPolicy retries;

    JobCompletion(
            ServedModels served,
            Schedule schedule,
            Committer committer,
            LoopContext context,
            Retries retries) {
        this.served = served;
        this.schedule = schedule;
        this.committer = committer;
        this.capacity = context.capacity();
        this.metrics = context.metrics();
        this.clock = context.clock();
        this.pauseAndCancel = context.pauseAndCancel();
        this.random = retries.random();
        this.retries = retries.policy();
    }

    /** When another attempt follows, and the chance that its wait has a part of. */
    record Retries(RetryPolicy policy, RandomGenerator random) {}

    /** A call has come to its end, and its job is still ours. */
    void onReport(Job job, Providers.Report report) {
        if (report.line() != null) {
            job.line = report.line();
        }
        if (report.called()) {
            job.upstreamMs = report.took().toMillis();
            job.costs.onAttempt(job.attempts, report.verdict().billing(), job.line);
        }
        if (!report.unreadable().isEmpty()) {
            job.attempts -= report.called() ? 0 : 1;
            deadLetter(job, report.unreadable());
            return;
        }
        switch (report.verdict()) {
            case Verdict.Answered answered -> settle(job, outcome(answered.response(), null));
            case Verdict.Failed failed -> onFailed(job, failed, report.called());
            case Verdict.Late _ -> onLate(job);
        }
    }

    /**
     * Announces a call again that was not sent in time: at once, then after a backoff. The third
     * time ends the job, so that slow connections cannot repeat it without end.
     */
    private void onLate(Job job) {
        job.lates++;
        if (cancelNext(job, false)) {
            return;
        }
        if (job.lates == MOST_LATES) {
            settle(
                    job,
                    false,
                    Outcome.refused(
                            ErrorCode.CONNECTION_ERROR,
                            ("the call could not be sent in time, %d times: no connection to the"
                                            + " provider was ready, or the worker stood still")
                                    .formatted(MOST_LATES)));
        } else {
            withdrawAttempt(job);
            goOn(job, job.lates == 1 ? 0 : retries.backoffAfter(1, random).toNanos());
        }
    }

    private void onFailed(Job job, Verdict.Failed failed, boolean called) {
        var failure =
                new RetryPolicy.Failure(
                        failed.error(),
                        job.attempts,
                        job.countFailure(failed.error()),
                        failed.retryAfter(),
                        job.headers.deadline());
        switch (retries.next(failure, clock.now(), random)) {
            case Next.Again _ when cancelNext(job, called) -> {}
            case Next.Again again -> {
                if (called) {
                    endAttempt(job, true);
                } else {
                    withdrawAttempt(job);
                }
                // Who is told to come back later is not in trouble.
                job.isRetry = failed.error() != ErrorCode.RATE_LIMIT_EXCEEDED;
                goOn(job, again.delay().toNanos());
            }
            case Next.End _ -> settle(job, called, outcome(failed));
            case Next.Expire expire ->
                    settle(
                            job,
                            called,
                            new Outcome.Unanswered(
                                    ErrorCode.DEADLINE_EXCEEDED,
                                    "the deadline is too near for another attempt; the last one: "
                                            + failed.message(),
                                    null,
                                    expire.delay(),
                                    requestId(failed)));
        }
    }

    /** The attempt is over, and what it cost is written; the job is not over. */
    void endAttempt(Job job, boolean freesSlot) {
        var cost = job.costs.takeLast().map(it -> served.outputs().cost(job.headers, it));
        committer.add(
                new PendingWrite(
                        job.partition,
                        job.offset(),
                        PendingWrite.Step.END_ATTEMPT,
                        freesSlot,
                        cost.map(List::of).orElse(List.of())));
    }

    /** The attempt was announced and never made. */
    private void withdrawAttempt(Job job) {
        job.attempts--;
        committer.add(
                new PendingWrite(
                        job.partition, job.offset(), PendingWrite.Step.WITHDRAW, true, List.of()));
    }

    private void goOn(Job job, long delayNanos) {
        if (job.partition.state != Partition.State.ACTIVE) {
            release(job);
        } else if (delayNanos > 0) {
            schedule.waitUntil(job, clock.nanos() + delayNanos);
        } else {
            schedule.ready(job);
        }
    }

    /** Whether the job's deadline has passed; then it has been settled. */
    boolean expire(Job job) {
        var deadline = job.headers.deadline();
        if (deadline == null || clock.now().isBefore(deadline)) {
            return false;
        }
        settle(
                job,
                Outcome.refused(
                        ErrorCode.DEADLINE_EXCEEDED, "the deadline " + deadline + " has passed"));
        return true;
    }

    /** Whether the job has been cancelled, which is not in flight; then it has been settled. */
    boolean cancel(Job job) {
        boolean isCancelled = pauseAndCancel.isCancelled(job.headers);
        if (isCancelled) {
            settle(job, Outcome.refused(ErrorCode.CANCELLED, "the job or its batch was cancelled"));
        }
        return isCancelled;
    }

    /** The same of a job whose call is over and would be made again. */
    private boolean cancelNext(Job job, boolean called) {
        if (!called && pauseAndCancel.isCancelled(job.headers)) {
            job.attempts--;
        }
        return cancel(job);
    }

    /** Somebody else goes on with the job. */
    void release(Job job) {
        end(job);
    }

    /** Its call is broken off, and may have been billed; somebody else goes on with it. */
    void abortCall(Job job) {
        if (job.line == null) {
            job.line = read(job.record);
        }
        job.costs.onAttempt(job.attempts, Billing.UNCERTAIN, job.line);
        endAttempt(job, false);
        end(job);
    }

    /** Ends a job whose announced call may not have been attempted. */
    private void settle(Job job, boolean called, Outcome outcome) {
        job.attempts -= called ? 0 : 1;
        settle(job, outcome);
    }

    /** The job ends so. */
    void settle(Job job, Outcome outcome) {
        RequestLine line = job.line == null ? read(job.record) : job.line;
        if (line == null) {
            deadLetter(job, "the record is not a batch line");
            return;
        }
        var ending =
                new Ending(
                        job.headers,
                        line,
                        job.partition.lane,
                        job.model,
                        outcome,
                        job.attempts,
                        job.costs.billedUsd(),
                        job.costs.takeFinal(job.attempts),
                        job.queuedMs(clock.now()),
                        job.upstreamMs);
        metrics.onEnded(job.model.name(), outcome.error());
        committer.add(
                new PendingWrite(
                        job.partition,
                        job.offset(),
                        PendingWrite.Step.FINISH,
                        isInFlight(job),
                        served.outputs().of(ending),
                        served.outputs().withoutAnswer(ending)::apply));
        end(job);
    }

    private static boolean isInFlight(Job job) {
        return job.state == Job.State.RUNNING;
    }

    /** The job of that record has come to its end. */
    void finish(
            Partition partition,
            ConsumerRecord<byte[], byte[]> record,
            boolean freesSlot,
            List<ProducerRecord<byte[], byte[]>> records) {
        committer.add(
                new PendingWrite(
                        partition, record.offset(), PendingWrite.Step.FINISH, freesSlot, records));
    }

    private void end(Job job) {
        job.state = Job.State.ENDED;
        job.partition.jobs.remove(job);
        capacity.onEnded(job);
    }

    /** The record turned out to be no job: its result is not known how to write, its end is. */
    private void deadLetter(Job job, String reason) {
        metrics.onDeadLetter();
        var told =
                new JobEnd(
                        job.headers.routedBy(),
                        job.headers.chain().getFirst(),
                        job.partition.lane,
                        ErrorCode.MALFORMED_REQUEST.code(),
                        job.attempts,
                        job.costs.billedUsd(),
                        job.upstreamMs);
        var last = job.costs.takeFinal(job.attempts).with(told);
        finish(
                job.partition,
                job.record,
                isInFlight(job),
                List.of(
                        served.outputs().deadLetter(job.original(), reason),
                        served.outputs().cost(job.headers, last)));
        end(job);
    }

    /** A record that never became a job. */
    void bury(
            Partition partition,
            ConsumerRecord<byte[], byte[]> record,
            String reason,
            OpenJob left) {
        metrics.onDeadLetter();
        var records = served.outputs().buried(record, partition.lane, reason, left);
        finish(partition, record, false, records);
    }

    static @Nullable RequestLine read(ConsumerRecord<byte[], byte[]> record) {
        return RequestParser.parse(record.value()) instanceof ParseResult.Accepted accepted
                ? accepted.line()
                : null;
    }

    private static Outcome outcome(Verdict.Failed failed) {
        return failed.response() == null
                ? new Outcome.Unanswered(
                        failed.error(), failed.message(), null, failed.retryAfter(), null)
                : outcome(failed.response(), failed.error());
    }

    private static Outcome outcome(Verdict.Response response, @Nullable ErrorCode error) {
        return new Outcome.Answered(
                response.status(), response.requestId(), response.body(), error);
    }

    private static @Nullable String requestId(Verdict.Failed failed) {
        return failed.response() == null ? null : failed.response().requestId();
    }
}
