package dev.millrace.similarity.index;

import static dev.millrace.similarity.index.UnitVector.HEAD;
import static dev.millrace.similarity.index.UnitVector.TAIL;

import java.util.Arrays;

/**
 * Up to {@link #SIZE} vectors in a row. Their heads lie together, so that a search reads little
 * more than the heads.
 */
final class Block {
    /** Most vectors of a block. */
    static final int SIZE = 256;

    /** Capacity of a new block, so that a small namespace takes little memory. */
    private static final int FIRST_CAPACITY = 16;

    /** More than the rounding errors of a similarity. */
    private static final float ROUNDING = 1e-5f;

    private static final long BYTES_OF_A_VECTOR =
            (long) UnitVector.DIMENSIONS * Float.BYTES + Float.BYTES + Long.BYTES;

    private float[] heads = new float[FIRST_CAPACITY * HEAD];
    private float[] tails = new float[FIRST_CAPACITY * TAIL];

    /** NaN for a place without a vector, so that no bound with it is high enough. */
    private float[] tailLengths = new float[FIRST_CAPACITY];

    private long[] sequences = new long[FIRST_CAPACITY];

    Block() {
        Arrays.fill(tailLengths, Float.NaN);
    }

    /** Stores a vector in a place from 0 to {@link #SIZE} - 1. */
    void put(int place, UnitVector vector, long sequence) {
        while (place >= capacity()) {
            grow();
        }
        System.arraycopy(vector.values(), 0, heads, place * HEAD, HEAD);
        System.arraycopy(vector.values(), HEAD, tails, place * TAIL, TAIL);
        tailLengths[place] = vector.tailLength();
        sequences[place] = sequence;
    }

    private int capacity() {
        return sequences.length;
    }

    private void grow() {
        int old = capacity();
        int capacity = 2 * old;
        heads = Arrays.copyOf(heads, capacity * HEAD);
        tails = Arrays.copyOf(tails, capacity * TAIL);
        tailLengths = Arrays.copyOf(tailLengths, capacity);
        Arrays.fill(tailLengths, old, capacity, Float.NaN);
        sequences = Arrays.copyOf(sequences, capacity);
    }

    /** Removes a vector from all searches, and keeps it. */
    void hide(int place) {
        tailLengths[place] = Float.NaN;
    }

    boolean has(int place) {
        return !Float.isNaN(tailLengths[place]);
    }

    /** Returns the cosine of a vector and one that is stored or hidden in a place. */
    float similarity(int place, UnitVector vector) {
        return product(vector.values(), 0, heads, place * HEAD, HEAD)
                + product(vector.values(), HEAD, tails, place * TAIL, TAIL);
    }

    /** Returns the vector that is stored or hidden in a place. */
    UnitVector vector(int place) {
        var values = new float[UnitVector.DIMENSIONS];
        System.arraycopy(heads, place * HEAD, values, 0, HEAD);
        System.arraycopy(tails, place * TAIL, values, HEAD, TAIL);
        return new UnitVector(values, tailLengths[place]);
    }

    void offer(int place, int slot, float similarity, Candidates candidates) {
        candidates.offer(slot, similarity, sequences[place]);
    }

    /**
     * Offers the vectors that could be results.
     *
     * @param firstSlot slot of the first place
     */
    void search(UnitVector wanted, int firstSlot, Candidates candidates) {
        float[] values = wanted.values();
        int capacity = capacity();
        for (int place = 0; place < capacity; place++) {
            float head = product(values, 0, heads, place * HEAD, HEAD);
            float highest = head + wanted.tailLength() * tailLengths[place];
            if (highest >= candidates.least() - ROUNDING) {
                float similarity = head + product(values, HEAD, tails, place * TAIL, TAIL);
                candidates.offer(firstSlot + place, similarity, sequences[place]);
            }
        }
    }

    /** Sums in eight variables, so that no addition waits for the previous one. */
    private static float product(float[] a, int aFrom, float[] b, int bFrom, int length) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        for (int i = 0; i < length; i += 8) {
            int k = aFrom + i;
            int m = bFrom + i;
            s0 += a[k] * b[m];
            s1 += a[k + 1] * b[m + 1];
            s2 += a[k + 2] * b[m + 2];
            s3 += a[k + 3] * b[m + 3];
            s4 += a[k + 4] * b[m + 4];
            s5 += a[k + 5] * b[m + 5];
            s6 += a[k + 6] * b[m + 6];
            s7 += a[k + 7] * b[m + 7];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    }

    long bytes() {
        return capacity() * BYTES_OF_A_VECTOR;
    }
}
