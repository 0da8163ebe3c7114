package dev.millrace.router.step;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.router.edge.Outgoing;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.flow.Flow.Burial;
import dev.millrace.router.flow.Flow.Origin;
import java.time.InstantSource;
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
 * An end: a record that is no job, or a job's repeat, becomes a dead letter: key, bytes and headers
 * as they came, with the reason and where it stood.
 *
 * <p>Only what would not fit into the topic is left out, and the message says so.
 */
final class BuryStep implements Processor<byte[], Burial, byte[], byte @Nullable []> {
    private final IntSupplier maxBytes;
    private final InstantSource clock;
    private final RouterMeters meters;
    private final InternalErrors errors;
    private final Forwarding<byte @Nullable []> forward = new Forwarding<>();

    /**
     * @param maxBytes longest value that is kept whole now
     */
    BuryStep(
            IntSupplier maxBytes, InstantSource clock, RouterMeters meters, InternalErrors errors) {
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.meters = meters;
        this.errors = errors;
    }

    @Override
    public void init(ProcessorContext<byte[], byte @Nullable []> context) {
        forward.init(context);
    }

    @Override
    public void process(Record<byte[], Burial> entry) {
        Burial burial = entry.value();
        Record<byte[], byte @Nullable []> letter =
                errors.decide(
                        Step.BURY,
                        burial.origin(),
                        () -> counted(burial.reason(), letter(entry)),
                        message -> counted(ErrorCode.INTERNAL_ERROR, bareLetter(burial, message)));
        forward.to(Step.DEAD_LETTERS, letter);
    }

    private Record<byte[], byte @Nullable []> counted(
            ErrorCode reason, Record<byte[], byte @Nullable []> letter) {
        meters.onBuried(reason);
        return letter;
    }

    private Record<byte[], byte @Nullable []> letter(Record<byte[], Burial> entry) {
        Burial burial = entry.value();
        var message = new StringBuilder(burial.message());
        byte[] key = entry.key();
        Headers headers = Outgoing.foreign(entry.headers());
        if (bytesOf(key) + Outgoing.bytesOf(headers) > Outgoing.MAX_FOREIGN_BYTES) {
            message.append("; its key and headers are too large to be kept");
            key = null;
            headers = new RecordHeaders();
        }
        byte[] value = kept(burial.bytes(), message);
        deadLetter(burial, burial.reason(), message.toString()).writeTo(headers);
        return new Record<>(key, value, clock.millis(), headers);
    }

    /** Without the key and the headers that came with the record. */
    private Record<byte[], byte @Nullable []> bareLetter(Burial burial, String failure) {
        var message = new StringBuilder(failure);
        byte[] value = kept(burial.bytes(), message);
        var headers = new RecordHeaders();
        deadLetter(burial, ErrorCode.INTERNAL_ERROR, message.toString()).writeTo(headers);
        return new Record<>(null, value, clock.millis(), headers);
    }

    private static int bytesOf(byte @Nullable [] key) {
        return key == null ? 0 : key.length;
    }

    private byte @Nullable [] kept(byte @Nullable [] value, StringBuilder message) {
        int most = Math.max(0, maxBytes.getAsInt());
        if (value == null || value.length <= most) {
            return value;
        }
        message.append(
                String.format(
                        Locale.ROOT,
                        "; the first %,d of its %,d bytes are kept",
                        most,
                        value.length));
        return Arrays.copyOf(value, most);
    }

    private static DeadLetter deadLetter(Burial burial, ErrorCode reason, String message) {
        Origin origin = burial.origin();
        return new DeadLetter(
                reason.code(),
                message,
                origin.topic(),
                origin.partition(),
                origin.offset(),
                burial.tenant(),
                burial.batch(),
                burial.line(),
                burial.jobId() == null ? null : burial.jobId().value());
    }
}
