package dev.millrace.bench.retrieval;

import java.util.concurrent.TimeUnit;

/**
 * The indexing of all documents.
 *
 * @param passages passages of the index at the end
 * @param tokens mean number of tokens of a passage
 * @param nanos time of everything
 * @param embeddingNanos time of the embedding
 * @param countingNanos time of the counting of tokens
 */
record IndexTimes(
        int passages, double tokens, long nanos, long embeddingNanos, long countingNanos) {
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    double seconds() {
        return nanos / NANOS_PER_SECOND;
    }

    double passagesPerSecond() {
        return passages / seconds();
    }

    /** Returns the part of the time that the embedding took, from 0 to 1. */
    double embeddingShare() {
        return (double) embeddingNanos / nanos;
    }

    /** Returns the part of the time that the counting of tokens took, from 0 to 1. */
    double countingShare() {
        return (double) countingNanos / nanos;
    }
}
