/**
 * The entries of the cache's store: answers, shared calls (running calls that identical jobs wait
 * for), the waiting jobs, and totals. One store per task holds them all, also the similar questions
 * of another feature, so that one changelog restores them together.
 *
 * <p>Belongs to the stream thread of a task. Depends on {@code waiting}, {@code entry} and
 * contracts.
 */
@NullMarked
package dev.millrace.router.cache.store;

import org.jspecify.annotations.NullMarked;
