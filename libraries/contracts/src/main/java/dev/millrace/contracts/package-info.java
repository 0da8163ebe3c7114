/**
 * What all services share, from the submission of a job to its result. Every package holds values
 * and pure functions, unless its page names a thread.
 *
 * <ul>
 *   <li>{@code job} a job as submitted: identity, endpoint, options
 *   <li>{@code batch} manifests of batches
 *   <li>{@code policy} rules that select models
 *   <li>{@code catalog} models and prices
 *   <li>{@code money}, {@code usage} prices, token counts and what they mean
 *   <li>{@code budget} limits and states of budgets
 *   <li>{@code retrieval} options of jobs that ask for passages
 *   <li>{@code waiting} why jobs wait
 *   <li>{@code trace} what services report for traces
 *   <li>{@code control} records of the control topic
 *   <li>{@code topic} names of topics
 *   <li>{@code header} Millrace's headers
 *   <li>{@code error} why attempts and jobs fail
 *   <li>{@code result} results, cost events, dead letters
 *   <li>{@code output} the same as their readers see them
 *   <li>{@code chunk} tokens forwarded during a call
 *   <li>{@code webhook} events and their signatures
 *   <li>{@code service} what starts and stops
 *   <li>{@code kafka} clients of Kafka
 *   <li>{@code memory} division of the heap
 *   <li>{@code json}, {@code digest}, {@code file}, {@code gzip} bytes: JSON, SHA-256, private
 *       files, decompression
 * </ul>
 */
@NullMarked
package dev.millrace.contracts;

import org.jspecify.annotations.NullMarked;
