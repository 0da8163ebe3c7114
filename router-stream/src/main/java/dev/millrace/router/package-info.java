/**
 * The router: a Kafka Streams topology under exactly-once v2, from the request topics to the job
 * topics, the results and the dead letters. {@link dev.millrace.router.Router} starts and stops it.
 * Runs on stream threads, unless a package names another.
 *
 * <ul>
 *   <li>{@code step} the topology, and one class for each step
 *   <li>{@code message}, {@code records}, {@code entry} messages between steps, Kafka records, and
 *       entries of stores
 *   <li>{@code dedupe} ends repeats of a job
 *   <li>{@code classify}, {@code plan}, {@code policy} describe a job, choose its model by the
 *       policies in force
 *   <li>{@code canary} guards, ramps, and limits of unfinished jobs
 *   <li>{@code budget} reserves, lends and settles money
 *   <li>{@code document}, {@code split} long documents: divided, called in parts, joined
 *   <li>{@code cache} stored answers to identical and similar requests
 *   <li>{@code retrieval} jobs that ask for passages
 *   <li>{@code waiting}, {@code topicwait} jobs that wait in a store; those whose model has no
 *       topics
 *   <li>{@code fair}, {@code topic} the lane of a job; the topics that exist
 *   <li>{@code express} plans calls for gateways, on their threads
 *   <li>{@code streams}, {@code failure}, {@code background} adapts Kafka Streams; a step that
 *       fails; threads beside the stream threads
 * </ul>
 */
@NullMarked
package dev.millrace.router;

import org.jspecify.annotations.NullMarked;
