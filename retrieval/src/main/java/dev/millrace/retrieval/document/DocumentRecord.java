package dev.millrace.retrieval.document;

import org.jspecify.annotations.Nullable;

/**
 * A record of the topic of documents.
 *
 * @param value null if the document was deleted
 */
public record DocumentRecord(
        int partition, long offset, byte @Nullable [] key, byte @Nullable [] value) {}
