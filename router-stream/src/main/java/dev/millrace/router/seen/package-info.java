/**
 * Which jobs have been seen, so that a repeat is known as one: as long as the job is unfinished,
 * and for a time after its end.
 *
 * <p>Belongs to the stream thread of a partition; pure but for the store. Depends on what flows
 * between steps and on contracts.
 */
@NullMarked
package dev.millrace.router.seen;

import org.jspecify.annotations.NullMarked;
