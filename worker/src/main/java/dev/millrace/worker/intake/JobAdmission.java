package dev.millrace.worker.intake;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.JobEnding;
import dev.millrace.contracts.result.JobFacts;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.worker.capacity.Capacity;
import dev.millrace.worker.dispatch.JobCompletion;
import dev.millrace.worker.job.CallFollower;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.JobRecord;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.job.Prompts;
import dev.millrace.worker.job.RecordBuffer;
import dev.millrace.worker.job.ServedModels;
import dev.millrace.worker.job.WorkerMetrics;
import dev.millrace.worker.ledger.OpenJob;
import dev.millrace.worker.limits.LoopContext;
import dev.millrace.worker.outcome.AttemptCosts;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.schedule.Schedule;
import java.math.BigDecimal;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Creates jobs from admitted records. Ends a record at once if it is not a job, or if no attempt of
 * its job is left. Belongs to the loop's thread.
 */
public final class JobAdmission {
    private final ServedModels served;
    private final Schedule schedule;
    private final JobCompletion completion;
    private final Prompts prompts;
    private final Capacity capacity;
    private final WorkerMetrics metrics;
    private final LoopClock clock;
    private final CallFollower follower;

    /** Most calls of one job at one model, over all owners. */
    private final int maxAttempts;

    public JobAdmission(
            ServedModels served,
            Schedule schedule,
            JobCompletion completion,
            Prompts prompts,
            LoopContext context) {
        this.served = served;
        this.schedule = schedule;
        this.completion = completion;
        this.prompts = prompts;
        this.capacity = context.capacity();
        this.metrics = context.metrics();
        this.clock = context.clock();
        this.follower = context.follower();
        this.maxAttempts = context.config().maxAttempts();
    }

    /**
     * Creates a job from a record that was taken, or ends the record if it is not a job.
     *
     * @param inherited the attempts of an earlier owner
     */
    void open(Partition partition, ConsumerRecord<byte[], byte[]> record, OpenJob inherited) {
        if (record.value() == null) {
            refuse(partition, record, "the record has no value", inherited);
            return;
        }
        JobHeaders headers;
        try {
            headers = JobRecord.headers(record, partition.lane());
        } catch (UnreadableHeader e) {
            refuse(partition, record, String.valueOf(e.getMessage()), inherited);
            return;
        }
        Model model = served.models().get(headers.model());
        if (model == null) {
            refuseUnknown(partition, record, headers, inherited);
            return;
        }
        var job =
                new Job(
                        partition,
                        JobRecord.slim(record),
                        headers,
                        model,
                        new AttemptCosts(headers, model, served.catalogVersion(), clock.now()),
                        prompts.of(model.name(), headers.tenant(), record.value(), clock.nanos()));
        partition.onOpened(job);
        // The job's copy of the record has fewer headers.
        capacity.onHeld(partition, job.bytes() - RecordBuffer.bytes(record));
        capacity.onOpened();
        inherit(job, inherited);
    }

    private void inherit(Job job, OpenJob inherited) {
        job.onInherited(inherited, maxAttempts);
        if (inherited.running()) {
            metrics.onInherited(job.model());
            follower.onLost(job);
        }
        if (completion.cancel(job)) {
            return;
        }
        if (job.attemptsAtModel() >= maxAttempts) {
            onAttemptsUsed(job, inherited);
            return;
        }
        if (!job.allowsAttempt()) {
            if (!completion.expire(job)) {
                onBudgetUsed(job, inherited);
            }
            return;
        }
        if (inherited.running()) {
            completion.endInheritedAttempt(job);
        }
        schedule.ready(job);
    }

    /**
     * Ends a job that has used all attempts. A job whose last call was running when its worker
     * ended does not fall back: it may have ended that worker, and would do so at each model.
     */
    private void onAttemptsUsed(Job job, OpenJob inherited) {
        if (inherited.running()) {
            completion.settle(
                    job,
                    Outcome.rejected(
                            ErrorCode.CONNECTION_ERROR,
                            "all attempts are used; the last one was running when its worker"
                                    + " ended"));
        } else {
            completion.fallBackOrSettle(
                    job,
                    ErrorCode.CONNECTION_ERROR,
                    "all attempts are used; only an earlier worker knew the outcome of the last"
                            + " one");
        }
    }

    /**
     * Hands over or ends a job that may not start another attempt here. Earlier owners have
     * possibly spent less, but only they knew the cost of attempts that were possibly billed.
     */
    private void onBudgetUsed(Job job, OpenJob inherited) {
        boolean hasUnknownCosts = inherited.running() || inherited.billable() > 0;
        completion.fallBackOrSettle(
                job,
                ErrorCode.BUDGET_EXCEEDED,
                job.costShortage()
                        + (hasUnknownCosts
                                ? "; an earlier worker made attempts that may have been billed, and"
                                        + " each counts with its highest cost"
                                : ""));
    }

    private void refuseUnknown(
            Partition partition,
            ConsumerRecord<byte[], byte[]> record,
            JobHeaders headers,
            OpenJob inherited) {
        RequestLine line = JobRecord.line(record);
        if (line == null) {
            refuse(partition, record, "the record is not a batch line", inherited);
            return;
        }
        Outcome outcome =
                new Outcome.Unanswered(
                        ErrorCode.UNKNOWN_MODEL,
                        "the model " + headers.model() + " is not served any more",
                        "body.model",
                        null,
                        null);
        int attempts = headers.attempts() + inherited.attempts();
        var ended =
                new Provenance(
                        JobFacts.of(headers, headers.routedLane(partition.lane())),
                        new Calls(
                                headers.model(),
                                null,
                                attempts,
                                headers.inheritedUsd(),
                                JobTimes.withoutCall(0),
                                null),
                        line.options().labels());
        var ending =
                new JobEnding.Settled(
                        new JobResult(line.customId(), outcome, ended),
                        inherited.running()
                                ? AttemptCost.uncertain(
                                        attempts, headers.model(), attemptUsd(headers))
                                : AttemptCost.NONE);
        metrics.onEnded(headers.model(), ErrorCode.UNKNOWN_MODEL);
        finish(partition, record, served.outputs().of(ending));
    }

    /** Returns the highest cost of an attempt; 0 if it is unknown. */
    private static BigDecimal attemptUsd(JobHeaders job) {
        JobCostLimit costLimit = job.costLimit();
        return costLimit == null ? BigDecimal.ZERO : costLimit.attemptUsd().get(job.position());
    }

    /** Ends a record that is not a job. */
    private void refuse(
            Partition partition,
            ConsumerRecord<byte[], byte[]> record,
            String reason,
            OpenJob inherited) {
        metrics.onDeadLetter();
        finish(
                partition,
                record,
                served.outputs().unreadable(record, partition.lane(), reason, inherited));
    }

    private void finish(
            Partition partition,
            ConsumerRecord<byte[], byte[]> record,
            List<ProducerRecord<byte[], byte[]>> outputs) {
        completion.endRecord(partition, record.offset(), outputs);
        capacity.onHeld(partition, -RecordBuffer.bytes(record));
    }
}
