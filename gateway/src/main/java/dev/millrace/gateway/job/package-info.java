/**
 * Runs one job for a waiting client: publishes it to the request topic, or to an express lane, and
 * hands back its result.
 *
 * <p>{@link dev.millrace.gateway.job.JobClient} is the entry: it makes the job's line, and
 * publishes it. {@code AwaitedJobs} holds the requests that await results until one of these ends
 * their wait: {@code ResultReader}, which reads the results topic, {@code ResultLookups}, which
 * asks the sink, {@code JobCanceller}, which cancels the jobs of clients that have gone, or {@code
 * UnservedCalls}, which refuses calls that no service serves.
 *
 * <p>Methods run on the threads of requests; results, lookups and cancellations have threads of
 * their own. Depends on {@code contracts}, {@code control} and Kafka's clients.
 *
 * <p>{@code docs/decisions/003-gateway-answers.md} has the reasons.
 */
@NullMarked
package dev.millrace.gateway.job;

import org.jspecify.annotations.NullMarked;
