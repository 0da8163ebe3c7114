/**
 * Decides when a job leaves its model, and which later model of its chain continues. The decision
 * is pure; {@code dispatch} writes the hand-over. Runs on the loop's thread. Depends on {@code
 * answer} and the ports.
 *
 * <p>{@code docs/decisions/019-calls-and-fallbacks.md} has the reasons.
 */
@NullMarked
package dev.millrace.worker.fallback;

import org.jspecify.annotations.NullMarked;
