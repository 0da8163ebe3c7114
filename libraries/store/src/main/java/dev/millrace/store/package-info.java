/**
 * The database of results, costs and dead letters. The sink writes it; the gateway and commands
 * read it beside the sink, on the threads of their callers.
 *
 * <ul>
 *   <li>{@code database} tables and transactions
 *   <li>{@code row} what a transaction stores
 *   <li>{@code rollup} sums of cost events
 *   <li>{@code erasure} deletes rows that expired or are to be forgotten
 *   <li>{@code query} read-only queries
 *   <li>{@code result} results of a batch, also while it runs
 *   <li>{@code batch} counts, manifests and ends of batches
 * </ul>
 */
@NullMarked
package dev.millrace.store;

import org.jspecify.annotations.NullMarked;
