/**
 * The vectors that a model of the catalog has computed, as records of a compacted topic beside the
 * documents: their format, and the reader that joins both topics. Depends on {@code document},
 * {@code embedding} and the interface of {@code follow}. Used by the thread of the documents.
 */
@NullMarked
package dev.millrace.retrieval.vector;

import org.jspecify.annotations.NullMarked;
