/**
 * OpenAI's Batch API: creating batches, their status, their results and their cancellation.
 *
 * <p>Runs on the threads of requests, which may block. Depends on {@code contracts}, {@code
 * control}, {@link dev.millrace.gateway.answer}, {@link dev.millrace.gateway.estimate}, {@link
 * dev.millrace.gateway.file}, {@link dev.millrace.gateway.http}, {@link
 * dev.millrace.gateway.repeat}, {@link dev.millrace.gateway.results} and {@link
 * dev.millrace.gateway.submission}.
 */
@NullMarked
package dev.millrace.gateway.batch;

import org.jspecify.annotations.NullMarked;
