package dev.millrace.worker.loop;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.ledger.OpenJob;
import dev.millrace.worker.outcome.CostLedger;
import dev.millrace.worker.outcome.Ending;
import java.math.BigDecimal;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Makes jobs of the records that are taken; those that are none, or have nothing to wait for, end
 * at once. Belongs to the loop's thread.
 */
final class JobAdmission {
    private final ServedModels served;
    private final Schedule schedule;
    private final JobCompletion completion;
    private final Capacity capacity;
    private final LoopMetrics metrics;
    private final int maxAttempts;

    /**
     * @param maxAttempts calls of one job at most, over all owners
     */
    JobAdmission(
            ServedModels served,
            Schedule schedule,
            JobCompletion completion,
            LoopContext context,
            int maxAttempts) {
        this.served = served;
        this.schedule = schedule;
        this.completion = completion;
        this.capacity = context.capacity();
        this.metrics = context.metrics();
        this.maxAttempts = maxAttempts;
    }

    /**
     * The record has been taken: it becomes a job, or ends at once when it is none.
     *
     * @param left what an earlier owner has done for it
     */
    void open(Partition partition, ConsumerRecord<byte[], byte[]> record, OpenJob left) {
        if (record.value() == null) {
            refuse(partition, record, "the record has no value", left);
            return;
        }
        JobHeaders headers;
        try {
            headers = JobHeaders.read(record.headers());
        } catch (UnreadableHeader e) {
            refuse(partition, record, String.valueOf(e.getMessage()), left);
            return;
        }
        Model model = served.models().get(headers.model());
        if (model == null) {
            refuseUnknown(partition, record, headers, left);
            return;
        }
        var job =
                new Job(
                        partition,
                        Job.slim(record),
                        headers,
                        model,
                        new CostLedger(headers, model, served.catalogVersion()));
        partition.jobs.add(job);
        // The headers that have been read are no longer held as they came.
        capacity.onHeld(partition, job.bytes() - Partition.bytes(record));
        capacity.onOpened(job);
        inherit(job, left);
    }

    /**
     * Nobody knows what became of an attempt that an earlier owner had running: it may have been
     * billed, and it counts. So a job that ends its worker each time ends itself at last.
     */
    private void inherit(Job job, OpenJob left) {
        job.attempts += left.attempts();
        if (left.running()) {
            job.line = JobCompletion.read(job.record);
            metrics.onInherited(job.model);
            job.costs.onAttempt(job.attempts, Billing.UNCERTAIN, job.line);
        }
        if (job.attempts >= maxAttempts) {
            completion.settle(
                    job,
                    Outcome.refused(
                            ErrorCode.CONNECTION_ERROR,
                            left.running()
                                    ? "all attempts are used up; the last one was running when its"
                                            + " worker ended"
                                    : "all attempts are used up; what the last one came to was seen"
                                            + " by an earlier worker only"));
            return;
        }
        if (completion.cancel(job)) {
            return;
        }
        if (left.running()) {
            job.isPoisonCandidate = job.attempts == maxAttempts - 1;
            completion.endAttempt(job, false);
        }
        schedule.ready(job);
    }

    private void refuseUnknown(
            Partition partition,
            ConsumerRecord<byte[], byte[]> record,
            JobHeaders headers,
            OpenJob left) {
        RequestLine line = JobCompletion.read(record);
        if (line == null) {
            refuse(partition, record, "the record is not a batch line", left);
            return;
        }
        Outcome outcome =
                new Outcome.Unanswered(
                        ErrorCode.UNKNOWN_MODEL,
                        "the model " + headers.model() + " is not served any more",
                        "body.model",
                        null,
                        null);
        int attempts = headers.attempts() + left.attempts();
        var event = CostEvent.withoutCall(headers.jobId(), headers.tenant(), headers.batch());
        var ending =
                new Ending(
                        headers,
                        line,
                        partition.lane,
                        null,
                        outcome,
                        attempts,
                        BigDecimal.ZERO,
                        left.running() ? event.afterUncertain(attempts, headers.model()) : event,
                        0,
                        0);
        metrics.onEnded(headers.model(), ErrorCode.UNKNOWN_MODEL);
        completion.finish(partition, record, false, served.outputs().of(ending));
        capacity.onHeld(partition, -Partition.bytes(record));
    }

    /** The record never became a job. */
    private void refuse(
            Partition partition,
            ConsumerRecord<byte[], byte[]> record,
            String reason,
            OpenJob left) {
        completion.bury(partition, record, reason, left);
        capacity.onHeld(partition, -Partition.bytes(record));
    }
}
