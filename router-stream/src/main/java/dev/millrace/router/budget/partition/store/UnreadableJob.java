package dev.millrace.router.budget.partition.store;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.EndReceivers;
import dev.millrace.contracts.result.EndedJob;
import dev.millrace.contracts.result.Route;
import dev.millrace.router.message.RoutingMessage.DeadLetterRecord;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.waiting.WaitingJob;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A stored job whose entry is damaged, or has a format of another version of the router.
 *
 * @param job names the job; null if nothing says which job it was
 * @param origin position of its request; unknown topic if the record cannot be read either
 * @param key of the record; null for none
 * @param headers of the record
 * @param bytes value of the record; the whole entry if the record cannot be read either
 */
public record UnreadableJob(
        @Nullable WaitingJob job,
        Origin origin,
        byte @Nullable [] key,
        Headers headers,
        byte[] bytes) {
    private static final String UNKNOWN_TOPIC = "unknown";

    /**
     * Returns what an entry still says.
     *
     * @param partition request partition of the entry
     */
    public static UnreadableJob of(@Nullable WaitingJob job, byte[] entry, int partition) {
        try {
            ParkedRecord parked = ParkedRecord.decode(entry);
            return new UnreadableJob(
                    job, parked.origin(), parked.key(), parked.headers(), parked.bytes());
        } catch (RuntimeException e) {
            var unknown = new Origin(UNKNOWN_TOPIC, partition, 0);
            return new UnreadableJob(job, unknown, null, new RecordHeaders(), entry);
        }
    }

    /** Returns a job that cannot be stored. */
    public static UnreadableJob of(BudgetedJob job) {
        return new UnreadableJob(
                job.toWaiting("", 0),
                job.job().origin(),
                job.key(),
                job.headers(),
                job.job().bytes());
    }

    /**
     * Returns the dead letter of this job, which ends with it; it ends no job if nothing says which
     * job it was.
     */
    public DeadLetterRecord toDeadLetter(String message) {
        return new DeadLetterRecord(
                ErrorCode.INTERNAL_ERROR,
                message,
                origin,
                bytes,
                job == null ? null : job.tenant(),
                job == null ? null : job.batch(),
                null,
                job == null ? null : job.jobId(),
                job == null ? null : ended(job));
    }

    private EndedJob ended(WaitingJob known) {
        return EndedJob.of(
                new BatchJob(known.jobId(), known.tenant(), known.batch()),
                null,
                Route.NONE,
                EndReceivers.ofPartition(origin.partition()),
                null);
    }
}
