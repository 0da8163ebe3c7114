/**
 * The worker: takes jobs from Kafka, calls providers, and writes results. {@link
 * dev.millrace.worker.Worker} starts the loop. The packages, from top to bottom:
 *
 * <ul>
 *   <li>{@code kafka} the loop's ports to Kafka
 *   <li>{@code chunk} forwards tokens while calls run
 *   <li>{@code call}, {@code http} calls, each on a virtual thread
 *   <li>{@code loop} the one thread that owns all jobs: turns, drains, health
 *   <li>{@code intake} records become jobs
 *   <li>{@code dispatch} calls, and the ends of their jobs
 *   <li>{@code commit} transactions
 *   <li>{@code schedule} the order of calls
 *   <li>{@code limits} limits that a call passes
 *   <li>{@code tier} the service tier at which a call is bought
 *   <li>{@code quota} limits of providers, leased or local
 *   <li>{@code capacity} slots and bytes
 *   <li>{@code job} state of jobs and partitions
 *   <li>{@code outcome}, {@code fallback} what follows an attempt: retry, end, another model
 *   <li>{@code breaker} stops calls that are bound to fail
 *   <li>{@code port} interfaces to Kafka, providers and time
 *   <li>{@code translate} bodies of calls
 *   <li>{@code answer} what an answer means
 *   <li>{@code ledger} which jobs of a partition are finished
 * </ul>
 *
 * <p>The features, which no package of the core imports. {@link dev.millrace.worker.WorkerFeatures}
 * lists them:
 *
 * <ul>
 *   <li>{@code prompt} beginnings of prompts that jobs share
 *   <li>{@code adaptive} finds limits that nobody configured
 *   <li>{@code token} keys that commands print
 * </ul>
 */
@NullMarked
package dev.millrace.worker;

import org.jspecify.annotations.NullMarked;
