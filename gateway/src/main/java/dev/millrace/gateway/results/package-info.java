/**
 * Reads the sink's database: counts of batches, results in input order, single results. {@link
 * dev.millrace.gateway.results.Connections} bounds the queries of all tenants, including queries of
 * the usage API.
 *
 * <p>Runs on the threads of its callers, which may block; short queries run on dedicated threads.
 * Never writes. Depends on {@code contracts}, {@code store} and {@code figures}.
 */
@NullMarked
package dev.millrace.gateway.results;

import org.jspecify.annotations.NullMarked;
