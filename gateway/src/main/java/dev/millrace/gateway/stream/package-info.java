/**
 * Streamed answers: the chunks that workers forward while they call, and the result that ends them,
 * become the server-sent events that the client's API defines.
 *
 * <p>{@link dev.millrace.gateway.stream.ChunkReader} reads the chunk topic on a thread of its own;
 * {@link dev.millrace.gateway.stream.ClientStream} runs on the thread of the request. Depends on
 * {@code answer}, {@code connection}, {@code http} and {@code job}.
 *
 * <p>{@code docs/decisions/003-gateway-answers.md} has the reasons.
 */
@NullMarked
package dev.millrace.gateway.stream;

import org.jspecify.annotations.NullMarked;
