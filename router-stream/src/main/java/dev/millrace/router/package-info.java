/**
 * The router: a Kafka Streams topology under exactly-once v2, from the request topics to the job
 * topics, the results and the dead letters. {@link dev.millrace.router.Router} starts and stops it.
 * Runs on stream threads, unless a package names another.
 *
 * <p>The core, which routes jobs without any feature:
 *
 * <ul>
 *   <li>{@code topic} the cluster's topics; {@code streams} adapts Kafka Streams; {@code
 *       background} the threads beside the stream threads
 *   <li>{@code step} the topology and its steps; {@code feature} what a feature adds to them;
 *       {@code message} the messages between steps; {@code records} timestamps, sizes and
 *       partitions of Kafka records; {@code failure} handles a record on which a step fails
 *   <li>{@code dedupe} rejects repeats of a job
 *   <li>{@code classify} describes a job, {@code policy} and {@code plan} choose its model
 *   <li>{@code result} reads the results of called jobs
 *   <li>{@code waiting} keeps jobs that wait, in the entries of {@code entry}; {@code hold} keeps
 *       jobs whose model has no topics; {@code fair} chooses the lane of a job
 * </ul>
 *
 * <p>The features, which no package of the core imports. {@link dev.millrace.router.RouterTopology}
 * lists them:
 *
 * <ul>
 *   <li>{@code retrieval} adds passages of documents to prompts
 *   <li>{@code budget} reserves and settles money
 *   <li>{@code documents} divides long documents and joins the answers
 *   <li>{@code cache} answers identical jobs; {@code semantic} plugs into it and answers similar
 *       questions
 *   <li>{@code guards} limits the unfinished jobs of canaries, trips guards and moves ramps
 *   <li>{@code express} plans jobs for gateways, on their threads
 * </ul>
 */
@NullMarked
package dev.millrace.router;

import org.jspecify.annotations.NullMarked;
