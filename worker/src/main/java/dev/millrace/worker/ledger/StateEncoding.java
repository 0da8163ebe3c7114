package dev.millrace.worker.ledger;

/**
 * Encodes the states of open jobs: the states of eight jobs are the digits of one number, whose
 * base is the largest state plus one. Takes no bits if all states are 0. Takes 33 bits for eight
 * jobs with up to 8 ended attempts, instead of 40 with a whole number of bits for each state.
 */
final class StateEncoding {
    private static final int BLOCK = 8;

    private StateEncoding() {}

    /**
     * Returns the number of bits for the given number of states from 0 to the largest, which is 200
     * or less. Grows with both arguments.
     */
    static long bits(int count, int largest) {
        return (long) (count / BLOCK) * blockBits(BLOCK, largest)
                + blockBits(count % BLOCK, largest);
    }

    /** Writes the states; states above the largest are {@linkplain #reduced reduced}. */
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
                block = block * (largest + 1) + reduced(jobs.state(i), largest);
            }
            out.put(block, to - from == BLOCK ? bits : blockBits(to - from, largest));
        }
    }

    /**
     * Reads the given number of states.
     *
     * @throws IllegalArgumentException if the encoding is invalid
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

    /**
     * Returns the given state if it is encodable, else the largest encodable state with the same
     * last bit, so that a running attempt stays running.
     */
    private static int reduced(int state, int largest) {
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
