/**
 * The client of the sink's usage API, which knows what became of the jobs: counts of batches,
 * results in input order, single results, and usage.
 *
 * <p>Runs on the threads of its callers, which may block. Depends on {@code contracts}.
 */
@NullMarked
package dev.millrace.gateway.sink;

import org.jspecify.annotations.NullMarked;
