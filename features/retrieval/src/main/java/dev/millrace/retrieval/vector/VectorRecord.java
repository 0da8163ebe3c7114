package dev.millrace.retrieval.vector;

import org.jspecify.annotations.Nullable;

/**
 * A record of the topic of vectors as it is stored.
 *
 * @param value null if the vectors were deleted
 */
public record VectorRecord(
        int partition, long offset, byte @Nullable [] key, byte @Nullable [] value) {}
