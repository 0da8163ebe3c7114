/**
 * The entries of the store of budgets: shares of accounts, reservations, parked jobs and their
 * queues, and totals. One store per task holds them all, so that one changelog restores them
 * together.
 *
 * <p>Belongs to the stream thread of a task. Depends on {@code budget}, {@code waiting}, {@code
 * entry}, {@code message}, {@code records} and contracts.
 */
@NullMarked
package dev.millrace.router.budget.partition.store;

import org.jspecify.annotations.NullMarked;
