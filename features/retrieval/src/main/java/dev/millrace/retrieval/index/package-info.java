/**
 * Stores passages in a Lucene index and finds them by their words (BM25), by their meaning (vectors
 * in an HNSW graph), or by both. There is one index for each collection of each tenant. One process
 * writes an index; others can read its last commit. Lucene is not loaded before the first index is
 * opened.
 */
@NullMarked
package dev.millrace.retrieval.index;

import org.jspecify.annotations.NullMarked;
