/**
 * Counts the outcomes of batches, reads their manifests and finds their ends. Works concurrently
 * with a writing sink, on the thread of the caller. Depends on the packages query and results, the
 * store and contracts.
 */
@NullMarked
package dev.millrace.results.batch;

import org.jspecify.annotations.NullMarked;
