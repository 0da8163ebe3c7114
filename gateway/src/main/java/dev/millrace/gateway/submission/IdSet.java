package dev.millrace.gateway.submission;

import dev.millrace.contracts.job.JobId;

/**
 * A set of job ids with open addressing, which takes 32 to 64 bytes for each id. The ids are
 * hashes, so their bits need no more mixing. Used by one thread.
 */
final class IdSet {
    private static final int FIRST_SLOTS = 1_024;
    private static final int WORDS = 2;
    private static final int HEX_RADIX = 16;
    private static final int HALF = 16;

    private long[] slots = new long[FIRST_SLOTS * WORDS];
    private int size;

    /** Adds an id; returns false if the set has it. */
    boolean add(JobId id) {
        long high = Long.parseUnsignedLong(id.value(), 0, HALF, HEX_RADIX);
        long low = Long.parseUnsignedLong(id.value(), HALF, 2 * HALF, HEX_RADIX);
        // A word of zero marks a free slot. 127 of the 128 bits decide.
        if (!insert(slots, high, low | 1)) {
            return false;
        }
        size++;
        if (size > slots.length / WORDS / 2) {
            grow();
        }
        return true;
    }

    private static boolean insert(long[] slots, long high, long low) {
        int mask = slots.length / WORDS - 1;
        int slot = (int) high & mask;
        while (slots[slot * WORDS + 1] != 0) {
            if (slots[slot * WORDS] == high && slots[slot * WORDS + 1] == low) {
                return false;
            }
            slot = (slot + 1) & mask;
        }
        slots[slot * WORDS] = high;
        slots[slot * WORDS + 1] = low;
        return true;
    }

    private void grow() {
        var larger = new long[slots.length * 2];
        for (int i = 0; i < slots.length; i += WORDS) {
            if (slots[i + 1] != 0) {
                var _ = insert(larger, slots[i], slots[i + 1]);
            }
        }
        slots = larger;
    }
}
