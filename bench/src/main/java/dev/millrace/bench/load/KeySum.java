package dev.millrace.bench.load;

import java.util.regex.Pattern;

/**
 * Job ids without their order: how many, and their sum modulo 2¹²⁸. They are hashes, so two
 * collections with the same count and sum are the same, but for a chance of 1 in 2¹²⁸. Takes the
 * same memory for any number of them.
 */
final class KeySum {
    private static final Pattern JOB_ID = Pattern.compile("[0-9a-f]{32}");
    private static final int HEX = 16;
    private static final int HALF = 16;

    private long count;
    private boolean hasOthers;
    private long high;
    private long low;

    /** Adds a job id; anything else is only counted, and makes the sums differ. */
    void add(String key) {
        count++;
        if (!JOB_ID.matcher(key).matches()) {
            hasOthers = true;
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

    boolean isSameAs(KeySum other) {
        return count == other.count
                && high == other.high
                && low == other.low
                && !hasOthers
                && !other.hasOthers;
    }
}
