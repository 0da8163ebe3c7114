/**
 * Limits the unfinished jobs of canaries, so that a guard can trip before a bad model does much
 * damage.
 *
 * <p>Stores belong to the stream thread of a partition; the rest is pure. Depends on contracts
 * only.
 */
@NullMarked
package dev.millrace.router.canary.inflight;

import org.jspecify.annotations.NullMarked;
