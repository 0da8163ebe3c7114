package dev.millrace.router.feature;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.BuriedRecord;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.JobEnding;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RouterMetrics;
import dev.millrace.router.message.RoutingMessage.DeadLetterRecord;
import dev.millrace.router.message.RoutingMessage.EndedJob;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.records.OutgoingRecords;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntSupplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Writes a record as a dead letter: the original key, bytes and headers, with the reason and the
 * record's position. Ends the job of the record if there is one; a part is reported to its parent
 * instead. A record that identifies no job, or repeats a job, ends none.
 *
 * <p>Leaves out data that does not fit into the topic, and notes this in the message.
 */
public final class DeadLetterStep implements Processor<byte[], DeadLetterRecord, byte[], Object> {
    private final IntSupplier maxBytes;
    private final EndForwarder ends;
    private final RouterMetrics metrics;
    private final InternalErrors errors;
    private final StepContext<Object> step = new StepContext<>();

    /**
     * @param maxBytes current size limit for the value of a dead letter
     */
    public DeadLetterStep(
            IntSupplier maxBytes, EndForwarder ends, RouterMetrics metrics, InternalErrors errors) {
        this.maxBytes = maxBytes;
        this.ends = ends;
        this.metrics = metrics;
        this.errors = errors;
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        step.init(context);
    }

    @Override
    public void process(Record<byte[], DeadLetterRecord> entry) {
        DeadLetterRecord rejected = entry.value();
        EndedJob job = rejected.ends();
        boolean isPart = job != null && job.facts().receivers().parent() != null;
        BuriedRecord letter =
                errors.decide(
                        StepNames.BURY,
                        rejected.origin(),
                        () -> counted(isPart, rejected.reason(), deadLetter(entry)),
                        message ->
                                counted(
                                        isPart,
                                        ErrorCode.INTERNAL_ERROR,
                                        minimalDeadLetter(rejected, message)));
        if (job == null) {
            ends.bury(step, letter);
        } else {
            var _ =
                    ends.end(
                            step,
                            new JobEnding.Unreadable(
                                    job.facts(),
                                    rejected.reason(),
                                    job.calls(),
                                    AttemptCost.NONE,
                                    letter));
        }
    }

    private BuriedRecord counted(boolean isPart, ErrorCode reason, BuriedRecord letter) {
        if (!isPart) {
            metrics.onDeadLetter(reason);
        }
        return letter;
    }

    private BuriedRecord deadLetter(Record<byte[], DeadLetterRecord> entry) {
        DeadLetterRecord rejected = entry.value();
        var message = new StringBuilder(rejected.message());
        byte[] key = entry.key();
        Headers headers = OutgoingRecords.userHeaders(entry.headers());
        if (bytesOf(key) + OutgoingRecords.headerBytes(headers) > OutgoingRecords.MAX_USER_BYTES) {
            message.append("; its key and headers were too large to keep");
            key = null;
            headers = new RecordHeaders();
        }
        byte[] value = truncated(rejected.bytes(), message);
        details(rejected, rejected.reason(), message.toString()).writeTo(headers);
        return new BuriedRecord(key, value, headers);
    }

    /** Returns a dead letter without the key and headers of the record. */
    private BuriedRecord minimalDeadLetter(DeadLetterRecord rejected, String failure) {
        var message = new StringBuilder(failure);
        byte[] value = truncated(rejected.bytes(), message);
        var headers = new RecordHeaders();
        details(rejected, ErrorCode.INTERNAL_ERROR, message.toString()).writeTo(headers);
        return new BuriedRecord(null, value, headers);
    }

    private static int bytesOf(byte @Nullable [] key) {
        return key == null ? 0 : key.length;
    }

    private byte @Nullable [] truncated(byte @Nullable [] value, StringBuilder message) {
        int limit = Math.max(0, maxBytes.getAsInt());
        if (value == null || value.length <= limit) {
            return value;
        }
        message.append(
                String.format(
                        Locale.ROOT,
                        "; the first %,d of its %,d bytes are kept",
                        limit,
                        value.length));
        return Arrays.copyOf(value, limit);
    }

    private static DeadLetter details(DeadLetterRecord rejected, ErrorCode reason, String message) {
        Origin origin = rejected.origin();
        return new DeadLetter(
                reason.code(),
                message,
                origin.topic(),
                origin.partition(),
                origin.offset(),
                rejected.tenant(),
                rejected.batch(),
                rejected.line(),
                rejected.jobId() == null ? null : rejected.jobId().value());
    }
}
