package dev.millrace.router.watch.guard;

import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.ByteUtils;

/**
 * How many durations there were of each size. They are rounded down, by less than an eighth: to
 * eight steps between a power of two and the next.
 */
final class TimeCounts {
    private static final int STEP_BITS = 3;
    private static final int STEPS = 1 << STEP_BITS;
    private static final int BUCKETS = (Integer.SIZE - STEP_BITS) * STEPS;

    private final long[] counts = new long[BUCKETS];
    private long size;

    /**
     * A duration as it is counted.
     *
     * @param millis 0 or more
     */
    static int rounded(int millis) {
        return least(bucket(millis));
    }

    private static int bucket(int millis) {
        if (millis < STEPS) {
            return millis;
        }
        int shift = Integer.SIZE - 1 - STEP_BITS - Integer.numberOfLeadingZeros(millis);
        return (shift + 1) * STEPS + (millis >>> shift) - STEPS;
    }

    private static int least(int bucket) {
        return bucket < STEPS ? bucket : (STEPS + bucket % STEPS) << (bucket / STEPS - 1);
    }

    void add(int millis) {
        counts[bucket(millis)]++;
        size++;
    }

    void addAll(TimeCounts others) {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] += others.counts[i];
        }
        size += others.size;
    }

    /** Removes what was added. */
    void removeAll(TimeCounts others) {
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
        for (int i = BUCKETS - 1; i >= 0 && least(i) > limitMillis; i--) {
            above += counts[i];
        }
        return above;
    }

    /** The least time that 95 % of all do not exceed (nearest rank); 0 when there are none. */
    int p95() {
        long above = size / GuardRule.SLOW_ONE_IN;
        int at = BUCKETS - 1;
        while (at > 0 && counts[at] <= above) {
            above -= counts[at];
            at--;
        }
        return least(at);
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

    /** Of how many buckets, and of each that is used its number and its count. */
    void write(ByteBuffer out) {
        ByteUtils.writeUnsignedVarint(used(), out);
        for (int i = 0; i < BUCKETS; i++) {
            if (counts[i] > 0) {
                ByteUtils.writeUnsignedVarint(i, out);
                ByteUtils.writeVarlong(counts[i], out);
            }
        }
    }

    /** Reads what {@link #write} wrote. */
    static TimeCounts read(ByteBuffer in) {
        var read = new TimeCounts();
        for (int used = ByteUtils.readUnsignedVarint(in); used > 0; used--) {
            int bucket = ByteUtils.readUnsignedVarint(in);
            read.counts[bucket] = ByteUtils.readVarlong(in);
            read.size += read.counts[bucket];
        }
        return read;
    }
}
