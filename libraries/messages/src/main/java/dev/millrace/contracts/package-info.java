/**
 * What travels between the pipeline and its users, and between its services. Values and pure
 * functions, for Java 17.
 *
 * <ul>
 *   <li>{@code job} a job as submitted: identity, endpoint, options
 *   <li>{@code batch} manifests of batches
 *   <li>{@code retrieval} options of jobs that ask for passages
 *   <li>{@code topic} names of topics
 *   <li>{@code header} Millrace's headers
 *   <li>{@code money} prices and token counts
 *   <li>{@code error} why attempts and jobs fail
 *   <li>{@code result} results, cost events, dead letters
 *   <li>{@code output} the same as their readers see them
 *   <li>{@code kafka} clients of Kafka
 *   <li>{@code memory} division of the heap
 *   <li>{@code json}, {@code digest}, {@code gzip} bytes: JSON, SHA-256, decompression
 * </ul>
 */
@NullMarked
package dev.millrace.contracts;

import org.jspecify.annotations.NullMarked;
