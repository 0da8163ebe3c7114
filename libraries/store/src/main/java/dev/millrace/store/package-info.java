/**
 * The database of results, costs and dead letters, which the sink writes on its thread. Others read
 * it with {@code dev.millrace.results}.
 *
 * <ul>
 *   <li>{@code database} tables and transactions
 *   <li>{@code row} what a transaction stores
 *   <li>{@code rollup} sums of cost events
 *   <li>{@code erasure} deletes rows that expired
 * </ul>
 */
@NullMarked
package dev.millrace.store;

import org.jspecify.annotations.NullMarked;
