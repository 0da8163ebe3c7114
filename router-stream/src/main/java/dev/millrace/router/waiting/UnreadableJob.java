package dev.millrace.router.waiting;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.EndReceivers;
import dev.millrace.contracts.result.JobFacts;
import dev.millrace.contracts.result.Route;
import dev.millrace.contracts.result.UnreadableRecord;
import dev.millrace.router.message.RoutingMessage.DeadLetterRecord;
import dev.millrace.router.message.RoutingMessage.EndedJob;
import dev.millrace.router.message.RoutingMessage.Origin;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * A waiting job whose entry is damaged, or has a format of another version of the router.
 *
 * @param job names the job; null if nothing names it
 * @param origin position of its request; with the topic {@code unknown} if no header has it
 * @param record with the whole entry as its value if the record cannot be read either
 */
public record UnreadableJob(@Nullable WaitingJob job, Origin origin, WaitingRecord record) {
    private static final String UNKNOWN_TOPIC = "unknown";

    /**
     * Returns the readable content of an entry.
     *
     * @param partition request partition of the entry
     * @param nowMillis timestamp of a record that cannot be read
     */
    public static UnreadableJob of(
            @Nullable WaitingJob job, byte[] entry, int partition, long nowMillis) {
        WaitingRecord record = record(entry, nowMillis);
        Origin origin =
                Origin.read(record.headers()).orElse(new Origin(UNKNOWN_TOPIC, partition, 0));
        return new UnreadableJob(job, origin, record);
    }

    private static WaitingRecord record(byte[] entry, long nowMillis) {
        try {
            return WaitingRecord.decode(entry);
        } catch (RuntimeException e) {
            return new WaitingRecord(new RecordHeaders(), entry, nowMillis);
        }
    }

    /** Returns the dead letter that ends this job; it ends no job if nothing names the job. */
    public Record<byte[], DeadLetterRecord> toDeadLetter(String message, long nowMillis) {
        var letter =
                new DeadLetterRecord(
                        ErrorCode.INTERNAL_ERROR,
                        message,
                        origin,
                        record.value(),
                        job == null ? null : job.tenant(),
                        job == null ? null : job.batch(),
                        null,
                        job == null ? null : job.jobId(),
                        job == null ? null : new EndedJob(facts(job), calls()));
        return new Record<>(record.key(), letter, nowMillis, record.headers());
    }

    /** Returns the calls of a job that returned from a worker. */
    private Calls calls() {
        return UnreadableRecord.read(record.headers(), null)
                .map(it -> it.calls(0))
                .orElse(Calls.NONE);
    }

    private JobFacts facts(WaitingJob known) {
        return JobFacts.of(
                new BatchJob(known.jobId(), known.tenant(), known.batch()),
                null,
                Route.NONE,
                EndReceivers.ofPartition(origin.partition()),
                null);
    }
}
