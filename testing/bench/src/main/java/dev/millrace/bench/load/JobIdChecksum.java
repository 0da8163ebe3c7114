package dev.millrace.bench.load;

import java.util.regex.Pattern;

/**
 * An order-independent checksum of job ids in constant memory: their number and their sum modulo
 * 2¹²⁸. Job ids are hashes, so collections with equal count and sum are equal with a probability of
 * error of 1 in 2¹²⁸.
 */
final class JobIdChecksum {
    private static final Pattern JOB_ID = Pattern.compile("[0-9a-f]{32}");
    private static final int HEX = 16;
    private static final int HALF = 16;

    private long count;
    private boolean hasInvalidId;
    private long high;
    private long low;

    /** Adds a job id. An invalid id is counted and makes this checksum differ from every other. */
    void add(String key) {
        count++;
        if (!JOB_ID.matcher(key).matches()) {
            hasInvalidId = true;
            return;
        }
        long addedLow = Long.parseUnsignedLong(key, HALF, 2 * HALF, HEX);
        low += addedLow;
        int carry = Long.compareUnsigned(low, addedLow) < 0 ? 1 : 0;
        high += Long.parseUnsignedLong(key, 0, HALF, HEX) + carry;
    }

    long count() {
        return count;
    }

    boolean isSameAs(JobIdChecksum other) {
        return count == other.count
                && high == other.high
                && low == other.low
                && !hasInvalidId
                && !other.hasInvalidId;
    }
}
