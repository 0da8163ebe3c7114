/**
 * Streams answers: turns the chunks that workers forward during a call, and the final result, into
 * the server-sent events of the client's API.
 *
 * <p>{@link dev.millrace.gateway.stream.ChunkReader} reads the chunk topic on its own thread;
 * {@link dev.millrace.gateway.stream.ClientStream} runs on the thread of the request. Depends on
 * {@code answer}, {@code connection}, {@code http} and {@code job}.
 *
 * <p>{@code docs/decisions/003-gateway-answers.md} has the reasons.
 */
@NullMarked
package dev.millrace.gateway.stream;

import org.jspecify.annotations.NullMarked;
