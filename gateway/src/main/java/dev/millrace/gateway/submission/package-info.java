/**
 * Accepted batches: {@link dev.millrace.gateway.submission.Submitter} writes them to the topic of
 * submissions, and {@link dev.millrace.gateway.submission.FactStore} keeps the facts of each batch.
 *
 * <p>Runs on the threads of its callers, which may block. Depends on {@code contracts}, {@code
 * producer}, {@link dev.millrace.gateway.results}, {@link dev.millrace.gateway.store} and Kafka's
 * clients.
 */
@NullMarked
package dev.millrace.gateway.submission;

import org.jspecify.annotations.NullMarked;
