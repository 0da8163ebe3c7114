package dev.millrace.router.guards;

import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.ByteUtils;

/**
 * Histogram of durations. Each power of two is divided into eight buckets, so a duration is rounded
 * down by less than an eighth.
 */
final class LatencyBuckets {
    private static final int STEP_BITS = 3;
    private static final int STEPS = 1 << STEP_BITS;
    private static final int BUCKETS = (Integer.SIZE - STEP_BITS) * STEPS;

    private final long[] counts = new long[BUCKETS];
    private long size;

    /**
     * Rounds a duration down to the lower bound of its bucket.
     *
     * @param millis 0 or more
     */
    static int rounded(int millis) {
        return lowerBound(bucket(millis));
    }

    private static int bucket(int millis) {
        if (millis < STEPS) {
            return millis;
        }
        int shift = Integer.SIZE - 1 - STEP_BITS - Integer.numberOfLeadingZeros(millis);
        return (shift + 1) * STEPS + (millis >>> shift) - STEPS;
    }

    private static int lowerBound(int bucket) {
        return bucket < STEPS ? bucket : (STEPS + bucket % STEPS) << (bucket / STEPS - 1);
    }

    void add(int millis) {
        counts[bucket(millis)]++;
        size++;
    }

    void addAll(LatencyBuckets others) {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] += others.counts[i];
        }
        size += others.size;
    }

    /** Removes durations that were added before. */
    void removeAll(LatencyBuckets others) {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] -= others.counts[i];
        }
        size -= others.size;
    }

    long size() {
        return size;
    }

    long countAbove(long limitMillis) {
        long above = 0;
        for (int i = BUCKETS - 1; i >= 0 && lowerBound(i) > limitMillis; i--) {
            above += counts[i];
        }
        return above;
    }

    /** Returns the 95th percentile (nearest rank); 0 without durations. */
    int p95() {
        long above = size / GuardRule.SLOW_ONE_IN;
        int at = BUCKETS - 1;
        while (at > 0 && counts[at] <= above) {
            above -= counts[at];
            at--;
        }
        return lowerBound(at);
    }

    private int used() {
        int used = 0;
        for (long count : counts) {
            used += count > 0 ? 1 : 0;
        }
        return used;
    }

    int bytes() {
        int bytes = ByteUtils.sizeOfUnsignedVarint(used());
        for (int i = 0; i < BUCKETS; i++) {
            if (counts[i] > 0) {
                bytes += ByteUtils.sizeOfUnsignedVarint(i) + ByteUtils.sizeOfVarlong(counts[i]);
            }
        }
        return bytes;
    }

    /** Writes the number of non-empty buckets, then the index and count of each. */
    void write(ByteBuffer out) {
        ByteUtils.writeUnsignedVarint(used(), out);
        for (int i = 0; i < BUCKETS; i++) {
            if (counts[i] > 0) {
                ByteUtils.writeUnsignedVarint(i, out);
                ByteUtils.writeVarlong(counts[i], out);
            }
        }
    }

    /** Reads the output of {@link #write}. */
    static LatencyBuckets read(ByteBuffer in) {
        var read = new LatencyBuckets();
        for (int used = ByteUtils.readUnsignedVarint(in); used > 0; used--) {
            int bucket = ByteUtils.readUnsignedVarint(in);
            read.counts[bucket] = ByteUtils.readVarlong(in);
            read.size += read.counts[bucket];
        }
        return read;
    }
}
