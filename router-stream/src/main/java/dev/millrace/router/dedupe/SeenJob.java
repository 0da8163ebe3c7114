package dev.millrace.router.dedupe;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.kafka.common.utils.Bytes;

/**
 * A job that the router has seen.
 *
 * @param atMillis when the job was routed, or when it ended. Not the request's timestamp, which can
 *     be much older
 * @param hasEnded whether the final cost event has been read
 * @param digest digest of the request, {@link RequestDigest#BYTES} bytes
 */
record SeenJob(long atMillis, boolean hasEnded, byte[] digest) {
    /** Length of a key: a job id in binary form. */
    static final int KEY_BYTES = 16;

    private static final byte VERSION = 2;
    private static final int BYTES = 1 + 1 + Long.BYTES + RequestDigest.BYTES;

    /** Returns an unfinished job. */
    static SeenJob open(long atMillis, byte[] digest) {
        return new SeenJob(atMillis, false, digest);
    }

    /** Returns the job id in binary form, which is half as long. */
    static Bytes key(JobId jobId) {
        return Bytes.wrap(HexFormat.of().parseHex(jobId.value()));
    }

    /**
     * Returns this job as ended.
     *
     * @param endedMillis by the worker's clock, which can be wrong. Limited to the time between
     *     routing and {@code nowMillis}
     * @param nowMillis the router's clock
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
     * Decodes an entry.
     *
     * @throws IllegalStateException for an unknown version: ignoring the entry would pay for calls
     *     twice
     */
    static SeenJob decode(byte[] stored) {
        var in = ByteBuffer.wrap(stored);
        if (stored.length == BYTES && in.get() == VERSION) {
            boolean hasEnded = in.get() != 0;
            byte[] digest = new byte[RequestDigest.BYTES];
            long atMillis = in.getLong();
            in.get(digest);
            return new SeenJob(atMillis, hasEnded, digest);
        }
        throw new IllegalStateException(
                "the store of seen jobs has an entry of an unknown version: "
                        + HexFormat.of().formatHex(stored));
    }

    /** Returns the error code of a repeat of this job. */
    ErrorCode repeatCode(byte[] otherDigest) {
        return Arrays.equals(digest, otherDigest)
                ? ErrorCode.DUPLICATE
                : ErrorCode.DUPLICATE_CUSTOM_ID;
    }
}
