package dev.millrace.standalone.result;

/**
 * A set of job ids. A set of strings would take six times the memory; this one takes 32 to 64 bytes
 * a job. Ids are hashes, so their bits choose the slot.
 */
final class JobIdSet {
    private static final int RADIX = 16;
    private static final int FIRST_SLOTS = 1_024;

    /** Two numbers a slot: the halves of an id, or zeros if the slot is empty. */
    private long[] halves = new long[2 * FIRST_SLOTS];

    private int size;
    private boolean hasZero;

    /**
     * Adds an id.
     *
     * @param jobId 32 hexadecimal digits
     */
    void add(String jobId) {
        long high = Long.parseUnsignedLong(jobId, 0, RADIX, RADIX);
        long low = Long.parseUnsignedLong(jobId, RADIX, 2 * RADIX, RADIX);
        if (high == 0 && low == 0) {
            hasZero = true;
        } else if (put(halves, high, low)) {
            size++;
            if (size > halves.length / 4) {
                grow();
            }
        }
    }

    /**
     * Returns true if the set has an id.
     *
     * @param jobId 32 hexadecimal digits
     */
    boolean contains(String jobId) {
        long high = Long.parseUnsignedLong(jobId, 0, RADIX, RADIX);
        long low = Long.parseUnsignedLong(jobId, RADIX, 2 * RADIX, RADIX);
        if (high == 0 && low == 0) {
            return hasZero;
        }
        int slot = slot(halves, high, low);
        return halves[slot] == high && halves[slot + 1] == low;
    }

    private void grow() {
        long[] larger = new long[Math.multiplyExact(2, halves.length)];
        for (int slot = 0; slot < halves.length; slot += 2) {
            if (halves[slot] != 0 || halves[slot + 1] != 0) {
                var _ = put(larger, halves[slot], halves[slot + 1]);
            }
        }
        halves = larger;
    }

    /** Returns false if the id was there. */
    private static boolean put(long[] halves, long high, long low) {
        int slot = slot(halves, high, low);
        if (halves[slot] == high && halves[slot + 1] == low) {
            return false;
        }
        halves[slot] = high;
        halves[slot + 1] = low;
        return true;
    }

    /** Returns the slot of an id, or the empty slot where it belongs. */
    private static int slot(long[] halves, long high, long low) {
        int slot = 2 * ((int) (high ^ low) & (halves.length / 2 - 1));
        while ((halves[slot] != 0 || halves[slot + 1] != 0)
                && (halves[slot] != high || halves[slot + 1] != low)) {
            slot = (slot + 2) % halves.length;
        }
        return slot;
    }
}
