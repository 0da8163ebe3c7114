/**
 * Reads what the sink has stored, for the gateway, commands and webhooks: single results, whole
 * batches in input order, and totals. Works beside a writing sink, on the thread of the caller.
 *
 * <ul>
 *   <li>{@code query} read-only queries
 *   <li>{@code batch} counts, manifests and ends of batches
 *   <li>{@code erasure} forgets a tenant or batch
 * </ul>
 *
 * <p>Depends on contracts and on the store, which knows nothing of its readers.
 */
@NullMarked
package dev.millrace.results;

import org.jspecify.annotations.NullMarked;
