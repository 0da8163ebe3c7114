package dev.millrace.worker.ledger;

/**
 * The states of open jobs, eight of them as the digits of one number. The base is the largest state
 * plus one, so that nothing at all is written when all are 0, and 33 bits for eight jobs that may
 * have come to the end of attempt 8 (40 with a whole number of bits for each).
 */
final class StateEncoding {
    private static final int BLOCK = 8;

    private StateEncoding() {}

    /** Bits for so many states of 0 to the largest, which is 200 or less. Grows with both. */
    static long bits(int count, int largest) {
        return (long) (count / BLOCK) * blockBits(BLOCK, largest)
                + blockBits(count % BLOCK, largest);
    }

    /** Writes the states, those above the largest as {@link #held} says. */
    static void write(OpenJobs jobs, int largest, BitWriter out) {
        if (largest == 0) {
            return;
        }
        int size = jobs.size();
        int bits = blockBits(BLOCK, largest);
        for (int from = 0; from < size; from += BLOCK) {
            int to = Math.min(size, from + BLOCK);
            long block = 0;
            for (int i = to - 1; i >= from; i--) {
                block = block * (largest + 1) + held(jobs.state(i), largest);
            }
            out.put(block, to - from == BLOCK ? bits : blockBits(to - from, largest));
        }
    }

    /**
     * Reads so many states.
     *
     * @throws IllegalArgumentException when they make no sense
     */
    static int[] read(int count, int largest, BitReader in) {
        int[] states = new int[count];
        for (int from = 0; from < count && largest > 0; from += BLOCK) {
            int to = Math.min(count, from + BLOCK);
            long block = in.read(blockBits(to - from, largest));
            for (int i = from; i < to; i++) {
                states[i] = (int) (block % (largest + 1));
                block /= largest + 1;
            }
            if (block != 0) {
                throw new IllegalArgumentException("a state is larger than the largest");
            }
        }
        return states;
    }

    /** The largest state that can be told of this one: what runs still runs, if any can. */
    private static int held(int state, int largest) {
        return state <= largest ? state : largest - (state - largest) % 2;
    }

    private static int blockBits(int count, int largest) {
        long numbers = 1;
        for (int i = 0; i < count; i++) {
            numbers *= largest + 1;
        }
        return Long.SIZE - Long.numberOfLeadingZeros(numbers - 1);
    }
}
