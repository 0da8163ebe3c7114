/**
 * Forwards the events of streamed answers to the chunk topic while they arrive. Calls hand events
 * over to a bounded buffer on their own threads; one thread writes them. Nothing is opened before
 * the first answer that is forwarded.
 *
 * <p>Depends on {@code port}.
 *
 * <p>{@code docs/decisions/003-gateway-answers.md} has the reasons.
 */
@NullMarked
package dev.millrace.worker.chunk;

import org.jspecify.annotations.NullMarked;
