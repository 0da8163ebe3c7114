package dev.millrace.router.step;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * That a job has been seen, and with what content.
 *
 * @param atMillis when, in stream time
 * @param digest of the content, {@link Digests#BYTES} bytes
 */
record SeenJob(long atMillis, byte[] digest) {
    private static final byte VERSION = 1;
    private static final int BYTES = 1 + Long.BYTES + Digests.BYTES;

    /** The job id in half of its length. */
    static Bytes key(JobId jobId) {
        return Bytes.wrap(HexFormat.of().parseHex(jobId.value()));
    }

    byte[] encode() {
        return ByteBuffer.allocate(BYTES).put(VERSION).putLong(atMillis).put(digest).array();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalStateException for anything else: forgetting it would pay for calls twice
     */
    static SeenJob decode(byte[] stored) {
        if (stored.length != BYTES || stored[0] != VERSION) {
            throw new IllegalStateException(
                    "the store of seen jobs holds an entry of another version: "
                            + HexFormat.of().formatHex(stored));
        }
        var in = ByteBuffer.wrap(stored, 1, BYTES - 1);
        return new SeenJob(in.getLong(), Arrays.copyOfRange(stored, BYTES - Digests.BYTES, BYTES));
    }

    boolean isOver(long nowMillis, long windowMillis) {
        return nowMillis - atMillis >= windowMillis;
    }

    /** What a record of the same job is: a repeat with that code, or null for a first one. */
    @Nullable ErrorCode judge(SeenJob next, long windowMillis) {
        if (isOver(next.atMillis, windowMillis)) {
            return null;
        }
        return Arrays.equals(digest, next.digest)
                ? ErrorCode.DUPLICATE
                : ErrorCode.DUPLICATE_CUSTOM_ID;
    }
}
