package dev.millrace.simulator.answer;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * A unit vector derived from a hash. The vector is computed on demand, since most embeddings are
 * only counted.
 *
 * @param seed the first 64 bits of the SHA-256 of the input
 * @param dimensions number of components, 1 to {@link #MAX_DIMENSIONS}
 */
public record Embedding(long seed, int dimensions) {
    /** The largest number of dimensions that a request may ask for. */
    public static final int MAX_DIMENSIONS = 8_192;

    static Embedding of(byte[] digest, int dimensions) {
        return new Embedding(ByteBuffer.wrap(digest).getLong(), dimensions);
    }

    /** Computes the unit vector. */
    public float[] vector() {
        SplittableRandom random = new SplittableRandom(seed);
        double[] raw = random.doubles(dimensions, -1, 1).toArray();
        double square = 0;
        for (double one : raw) {
            square += one * one;
        }
        double length = Math.sqrt(square);
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) (raw[i] / length);
        }
        return vector;
    }
}
