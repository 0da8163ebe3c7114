/**
 * The router: a Kafka Streams topology under exactly-once v2, from the request topics to the job
 * topics, the results and the dead letters. {@link dev.millrace.router.Router} starts and stops it.
 *
 * <ul>
 *   <li>{@code topic} the cluster's topics; {@code streams} adapts Kafka Streams; {@code
 *       background} the threads beside the stream threads
 *   <li>{@code step} the topology and its steps; {@code message} the messages between steps; {@code
 *       records} timestamps, sizes and partitions of Kafka records; {@code failure} handles a
 *       record on which a step fails
 *   <li>{@code dedupe} rejects repeats of a job
 *   <li>{@code classify} describes a job, {@code policy} and {@code plan} choose its model
 *   <li>{@code canary} splits traffic, limits the unfinished jobs of canaries, trips guards and
 *       moves ramps
 *   <li>{@code topicwait} keeps jobs whose model has no topics; {@code fair} chooses the lane of a
 *       job
 *   <li>{@code express} plans jobs for gateways, on their threads
 * </ul>
 *
 * <p>Runs on stream threads. Depends on contracts, control topic and config reader.
 */
@NullMarked
package dev.millrace.router;

import org.jspecify.annotations.NullMarked;
