/**
 * Forwards the events of streamed answers to the chunk topic as they arrive. Calls hand events to a
 * bounded buffer on their own threads; one thread writes them. Nothing is opened before the first
 * forwarded answer.
 *
 * <p>Depends on {@code port}.
 *
 * <p>{@code docs/decisions/003-gateway-answers.md} has the reasons.
 */
@NullMarked
package dev.millrace.worker.chunk;

import org.jspecify.annotations.NullMarked;
