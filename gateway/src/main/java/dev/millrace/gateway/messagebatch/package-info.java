/**
 * Anthropic's Message Batches API: another view of the batches of {@link
 * dev.millrace.gateway.batch}. {@link dev.millrace.gateway.messagebatch.RequestsReader} turns the
 * requests of a body into the lines of a stored file; {@link
 * dev.millrace.gateway.messagebatch.MessageResults} turns the sink's results into Anthropic's
 * format.
 *
 * <p>Runs on the threads of requests, which may block. Depends on {@code contracts}, {@code
 * producer}, {@link dev.millrace.gateway.answer}, {@link dev.millrace.gateway.batch}, {@link
 * dev.millrace.gateway.file}, {@link dev.millrace.gateway.http}, {@link dev.millrace.gateway.job},
 * {@link dev.millrace.gateway.repeat}, {@link dev.millrace.gateway.results} and {@link
 * dev.millrace.gateway.submission}.
 *
 * <p>{@code docs/decisions/004-gateway-batches.md} has the reasons.
 */
@NullMarked
package dev.millrace.gateway.messagebatch;

import org.jspecify.annotations.NullMarked;
