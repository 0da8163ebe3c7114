/**
 * Counts the outcomes of batches, reads their manifests and finds their ends. Works concurrently
 * with a writing sink, on the thread of the caller. Depends on the database, query and result
 * packages and on contracts.
 */
@NullMarked
package dev.millrace.store.batch;

import org.jspecify.annotations.NullMarked;
