package dev.millrace.worker.loop;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.Parsed;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.outcome.CostLedger;
import dev.millrace.worker.outcome.Ending;
import dev.millrace.worker.outcome.Next;
import dev.millrace.worker.outcome.RetryPolicy;
import java.math.BigDecimal;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Opens jobs, decides what follows from what became of their calls, and settles them. Belongs to
 * the loop's thread.
 */
final class Desk {
    private final Services services;
    private final Schedule schedule;
    private final Committer committer;
    private final Holdings holdings;
    private final LoopMetrics metrics;
    private final LoopClock clock;
    private final RandomGenerator random;
    private final RetryPolicy retries;

    Desk(
            Services services,
            Schedule schedule,
            Committer committer,
            Holdings holdings,
            LoopMetrics metrics,
            Timing timing,
            RetryPolicy retries) {
        this.services = services;
        this.schedule = schedule;
        this.committer = committer;
        this.holdings = holdings;
        this.metrics = metrics;
        this.clock = timing.clock();
        this.random = timing.random();
        this.retries = retries;
    }

    /** The record has been taken: it becomes a job, or ends at once when it is none. */
    void open(Partition partition, ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            deadLetter(partition, record, "the record has no value");
            return;
        }
        JobHeaders headers;
        try {
            headers = JobHeaders.read(record.headers());
        } catch (UnreadableHeader e) {
            deadLetter(partition, record, String.valueOf(e.getMessage()));
            return;
        }
        Model model = services.models().get(headers.model());
        if (model == null) {
            refuseUnknown(partition, record, headers);
            return;
        }
        var costs = new CostLedger(headers, model, services.catalogVersion());
        var job = new Job(partition, record, headers, model, costs);
        partition.jobs.add(job);
        holdings.onOpened(job);
        schedule.ready(job);
    }

    private void refuseUnknown(
            Partition partition, ConsumerRecord<byte[], byte[]> record, JobHeaders headers) {
        RequestLine line = read(record);
        if (line == null) {
            deadLetter(partition, record, "the record is not a batch line");
            return;
        }
        Outcome outcome =
                new Outcome.Unanswered(
                        ErrorCode.UNKNOWN_MODEL,
                        "the model " + headers.model() + " is not served any more",
                        "body.model",
                        null,
                        null);
        var event = CostEvent.withoutCall(headers.jobId(), headers.tenant(), headers.batch());
        var ending =
                new Ending(
                        headers,
                        line,
                        null,
                        outcome,
                        headers.attempts(),
                        BigDecimal.ZERO,
                        List.of(event),
                        0,
                        0);
        metrics.onEnded(headers.model(), ErrorCode.UNKNOWN_MODEL);
        committer.add(new Settled(partition, record.offset(), services.outputs().of(ending)));
    }

    /** A call has come to its end, and its job is still ours. */
    void onReport(Job job, Providers.Report report) {
        if (report.line() != null) {
            job.line = report.line();
        }
        if (report.called()) {
            job.attempts++;
            job.upstreamMs = report.took().toMillis();
            job.costs.onAttempt(job.attempts, report.verdict().billing(), job.line);
        }
        if (!report.unreadable().isEmpty()) {
            deadLetter(job.partition, job.record, report.unreadable());
            end(job);
            return;
        }
        switch (report.verdict()) {
            case Verdict.Answered answered -> settle(job, outcome(answered.response(), null));
            case Verdict.Failed failed -> onFailed(job, failed);
            case Verdict.Late _ -> schedule.ready(job);
        }
    }

    private void onFailed(Job job, Verdict.Failed failed) {
        var failure =
                new RetryPolicy.Failure(
                        failed.error(),
                        job.attempts,
                        job.countFailure(failed.error()),
                        failed.toldWait(),
                        job.headers.deadline());
        switch (retries.next(failure, clock.now(), random)) {
            case Next.Again again when job.partition.state == Partition.State.ACTIVE ->
                    schedule.waitUntil(job, clock.nanos() + again.delay().toNanos());
            case Next.Again _ -> giveBack(job);
            case Next.End _ -> settle(job, outcome(failed));
            case Next.Expire expire ->
                    settle(
                            job,
                            new Outcome.Unanswered(
                                    ErrorCode.DEADLINE_EXCEEDED,
                                    "the deadline is too near for another attempt; the last one: "
                                            + failed.message(),
                                    null,
                                    expire.delay(),
                                    requestId(failed)));
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

    /** Somebody else goes on with the job; what its attempts here cost is not forgotten. */
    void giveBack(Job job) {
        var events = job.costs.givenBack(services.ownerName() + "-" + clock.now().toEpochMilli());
        if (!events.isEmpty()) {
            committer.add(
                    new Settled(
                            job.partition,
                            Settled.NO_OFFSET,
                            events.stream().map(services.outputs()::cost).toList()));
        }
        end(job);
    }

    /** Its call has been broken off, and may have been billed; somebody else goes on with it. */
    void breakOff(Job job) {
        if (job.line == null) {
            job.line = read(job.record);
        }
        job.attempts++;
        job.costs.onAttempt(job.attempts, Billing.UNCERTAIN, job.line);
        giveBack(job);
    }

    /** The job is somebody else's already. */
    void drop(Job job) {
        end(job);
    }

    private void settle(Job job, Outcome outcome) {
        RequestLine line = job.line == null ? read(job.record) : job.line;
        if (line == null) {
            deadLetter(job.partition, job.record, "the record is not a batch line");
            end(job);
            return;
        }
        var ending =
                new Ending(
                        job.headers,
                        line,
                        job.model,
                        outcome,
                        job.attempts,
                        job.costs.billedUsd(),
                        job.costs.ended(job.attempts),
                        job.queuedMs(clock.now()),
                        job.upstreamMs);
        metrics.onEnded(job.model.name(), outcome.error());
        committer.add(
                new Settled(job.partition, job.record.offset(), services.outputs().of(ending)));
        end(job);
    }

    private void end(Job job) {
        job.state = Job.State.ENDED;
        job.partition.jobs.remove(job);
        holdings.onEnded(job);
    }

    private void deadLetter(
            Partition partition, ConsumerRecord<byte[], byte[]> record, String reason) {
        metrics.onDeadLetter();
        committer.add(
                new Settled(
                        partition,
                        record.offset(),
                        List.of(services.outputs().deadLetter(record, reason))));
    }

    private static @Nullable RequestLine read(ConsumerRecord<byte[], byte[]> record) {
        return RequestParser.parse(record.value()) instanceof Parsed.Accepted accepted
                ? accepted.line()
                : null;
    }

    private static Outcome outcome(Verdict.Failed failed) {
        return failed.response() == null
                ? new Outcome.Unanswered(
                        failed.error(), failed.message(), null, failed.toldWait(), null)
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
