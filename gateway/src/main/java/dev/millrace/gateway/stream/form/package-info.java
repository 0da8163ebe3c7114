/**
 * Writes streamed answers to clients: the events of each API, from the chunks that workers forward
 * and from the final result. Used by the thread of a request; depends on contracts and on the
 * module wire.
 *
 * <p>{@code docs/decisions/003-gateway-answers.md} has the reasons.
 */
@NullMarked
package dev.millrace.gateway.stream.form;

import org.jspecify.annotations.NullMarked;
