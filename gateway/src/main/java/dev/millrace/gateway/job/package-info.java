/**
 * Runs one job for a waiting client: publishes it to the request topic and hands back its result.
 *
 * <p>{@link dev.millrace.gateway.job.JobClient} is the entry point: it builds the job's line and
 * publishes it. {@code AwaitedJobs} holds the requests that await results. A wait is ended by the
 * package {@code result}, which reads the results topic; by {@code EarlierResults}, which queries
 * the sink; or by {@code JobCanceller}, which cancels the jobs of disconnected clients.
 *
 * <p>Methods run on the threads of requests; results, lookups and cancellations have dedicated
 * threads. Depends on {@code contracts}, {@code control-topic} and Kafka's clients.
 *
 * <p>{@code docs/decisions/003-gateway-answers.md} has the reasons.
 */
@NullMarked
package dev.millrace.gateway.job;

import org.jspecify.annotations.NullMarked;
