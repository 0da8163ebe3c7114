package dev.millrace.similarity.index;

import dev.millrace.similarity.embedding.EmbeddingModel;

/**
 * A vector of length 1 in two parts, head and tail. The head gives a bound: the product of two
 * vectors is at most the product of their heads plus the product of the lengths of their tails.
 *
 * @param values all dimensions
 * @param tailLength length of the vector without its head, from 0 to 1
 */
record UnitVector(float[] values, float tailLength) {
    /** Number of all dimensions. */
    static final int DIMENSIONS = EmbeddingModel.DIMENSIONS;

    /** Number of dimensions of the head. */
    static final int HEAD = 64;

    /** Number of dimensions of the tail. */
    static final int TAIL = DIMENSIONS - HEAD;

    /** A vector with any direction. */
    static final UnitVector ANY = any();

    private static UnitVector any() {
        var values = new float[DIMENSIONS];
        values[0] = 1;
        return new UnitVector(values, 0);
    }

    /**
     * Returns a vector with the direction of an embedding.
     *
     * @throws IllegalArgumentException if the embedding has no direction
     */
    static UnitVector of(float[] embedding) {
        if (embedding.length != DIMENSIONS) {
            throw new IllegalArgumentException(
                    "an embedding has " + DIMENSIONS + " dimensions, not " + embedding.length);
        }
        double length = length(embedding, 0);
        if (!hasDirection(embedding)) {
            throw new IllegalArgumentException(
                    "an embedding has finite numbers that are not all 0; its length is " + length);
        }
        var values = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            values[i] = (float) (embedding[i] / length);
        }
        return new UnitVector(values, (float) length(values, HEAD));
    }

    /** Returns true if an embedding has all dimensions, finite numbers, and not only zeros. */
    static boolean hasDirection(float[] embedding) {
        if (embedding.length != DIMENSIONS) {
            return false;
        }
        double length = length(embedding, 0);
        return length > 0 && length < Double.POSITIVE_INFINITY;
    }

    private static double length(float[] vector, int from) {
        double squares = 0;
        for (int i = from; i < vector.length; i++) {
            squares += (double) vector[i] * vector[i];
        }
        return Math.sqrt(squares);
    }
}
