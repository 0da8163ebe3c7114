/**
 * Detects repeats of jobs while they are unfinished and for a window after their end.
 *
 * <p>Belongs to the stream thread of a partition; its only state is a store. Depends on {@code
 * message} and contracts.
 */
@NullMarked
package dev.millrace.router.dedupe;

import org.jspecify.annotations.NullMarked;
