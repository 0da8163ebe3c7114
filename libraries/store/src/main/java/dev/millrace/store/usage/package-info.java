/**
 * Answers questions about usage across batches: costs by group, latency, errors, batches and dead
 * letters. Works concurrently with a writing sink, on the thread of the caller. Depends on the
 * database, query, rollup, row, result and sums packages and on contracts.
 */
@NullMarked
package dev.millrace.store.usage;

import org.jspecify.annotations.NullMarked;
