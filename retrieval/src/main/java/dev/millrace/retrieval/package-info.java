/**
 * Finds passages of documents. {@code extract} reads the text of a document, {@link
 * dev.millrace.semantic.chunk} divides it into passages, {@code embedding} computes their vectors,
 * and {@code index} stores them and finds them by words and by meaning.
 */
@NullMarked
package dev.millrace.retrieval;

import org.jspecify.annotations.NullMarked;
