package dev.millrace.retrieval.document;

import dev.millrace.retrieval.embedding.DocumentVectors;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic of documents.
 *
 * @param value null if the document was deleted
 * @param vectors computed by a model of the catalog; null if the process computes them
 */
public record DocumentRecord(
        int partition,
        long offset,
        byte @Nullable [] key,
        byte @Nullable [] value,
        @Nullable DocumentVectors vectors) {
    /** Creates a record whose vectors are computed in the process. */
    public DocumentRecord(
            int partition, long offset, byte @Nullable [] key, byte @Nullable [] value) {
        this(partition, offset, key, value, null);
    }

    /** Returns this record with its vectors. */
    public DocumentRecord withVectors(DocumentVectors found) {
        return new DocumentRecord(partition, offset, key, value, found);
    }
}
