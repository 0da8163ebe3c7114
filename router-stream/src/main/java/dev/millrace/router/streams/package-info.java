/**
 * Adapts Kafka Streams: its clients, the memory of its stores, and its failures.
 *
 * <p>Runs on stream threads. Depends on {@code topic}, {@code step}, {@code message} and {@code
 * records}.
 *
 * <p>{@code docs/decisions/009-router-steps.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.streams;

import org.jspecify.annotations.NullMarked;
