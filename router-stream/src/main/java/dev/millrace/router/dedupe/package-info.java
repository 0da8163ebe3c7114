/**
 * Detects repeats of jobs while they are unfinished and for a window after their end, wherever
 * their requests arrive: all requests of a job are moved to one partition. Stops the router before
 * a lost offset makes it route requests again.
 *
 * <p>Belongs to the stream thread of a partition; its only state is a store. Depends on {@code
 * message}, {@code records} and contracts.
 *
 * <p>{@code docs/decisions/008-repeats-and-offsets.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.dedupe;

import org.jspecify.annotations.NullMarked;
