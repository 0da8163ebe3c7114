package dev.millrace.router.seen;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.kafka.common.utils.Bytes;

/**
 * That a job has been seen, with what content, and whether it has ended.
 *
 * @param atMillis when the job was routed, or when it ended once it has; an unfinished job is never
 *     older than that, however long its request waited
 * @param hasEnded whether its final cost event has been seen; until then every other one is a
 *     repeat
 * @param digest of the content, {@link Digests#BYTES} bytes
 */
record SeenJob(long atMillis, boolean hasEnded, byte[] digest) {
    private static final byte VERSION = 2;
    private static final int BYTES = 1 + 1 + Long.BYTES + Digests.BYTES;

    /** Entries without a state; their time counts from when the job came. */
    private static final byte VERSION_WITHOUT_END = 1;

    private static final int BYTES_WITHOUT_END = BYTES - 1;

    /** A job that is being routed. */
    static SeenJob open(long atMillis, byte[] digest) {
        return new SeenJob(atMillis, false, digest);
    }

    /** The job's id in half of its length. */
    static Bytes key(JobId jobId) {
        return Bytes.wrap(HexFormat.of().parseHex(jobId.value()));
    }

    /**
     * The same job, ended.
     *
     * @param endedMillis by the clock of the worker, which may be any: no job has ended before it
     *     was routed, nor after {@code nowMillis}, the router's time
     */
    SeenJob toEnded(long endedMillis, long nowMillis) {
        return new SeenJob(Math.max(atMillis, Math.min(endedMillis, nowMillis)), true, digest);
    }

    byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .put((byte) (hasEnded ? 1 : 0))
                .putLong(atMillis)
                .put(digest)
                .array();
    }

    /**
     * Reads what {@link #encode} of this version or the one before wrote.
     *
     * @throws IllegalStateException for anything else: forgetting it would pay for calls twice
     */
    static SeenJob decode(byte[] stored) {
        var in = ByteBuffer.wrap(stored);
        if (stored.length == BYTES && in.get() == VERSION) {
            boolean hasEnded = in.get() != 0;
            return new SeenJob(in.getLong(), hasEnded, digestOf(stored));
        }
        if (stored.length == BYTES_WITHOUT_END && in.get() == VERSION_WITHOUT_END) {
            return new SeenJob(in.getLong(), true, digestOf(stored));
        }
        throw new IllegalStateException(
                "the store of seen jobs holds an entry of another version: "
                        + HexFormat.of().formatHex(stored));
    }

    private static byte[] digestOf(byte[] stored) {
        return Arrays.copyOfRange(stored, stored.length - Digests.BYTES, stored.length);
    }

    /** What another record of the same job is as long as this one counts. */
    ErrorCode judge(byte[] otherDigest) {
        return Arrays.equals(digest, otherDigest)
                ? ErrorCode.DUPLICATE
                : ErrorCode.DUPLICATE_CUSTOM_ID;
    }
}
