/**
 * The command line, and all services with an embedded broker in one JVM. A command is in the
 * package of its subject and runs on the main thread.
 *
 * <ul>
 *   <li>{@code cli}, {@code option}, {@code console}, {@code log} shared by commands: the list of
 *       commands, options, terminal and exit codes, logging
 *   <li>{@code run}, {@code batch}, {@code retry}, {@code fingerprint} publish lines, and find
 *       repeated ids
 *   <li>{@code result}, {@code status} what a batch yielded, and what a pipeline is doing
 *   <li>{@code forecast}, {@code audit}, {@code check} before a run: expected cost, cost of past
 *       calls, keys and models
 *   <li>{@code policy}, {@code catalog} rules, models and prices
 *   <li>{@code budget}, {@code key}, {@code webhook}, {@code cache}, {@code document}, {@code
 *       deadletter} one subject each
 *   <li>{@code control}, {@code erasure} pause, cancel, resume; forget a tenant or batch
 *   <li>{@code cluster}, {@code client} topics and rights; the connection to a pipeline
 *   <li>{@code pipeline}, {@code data}, {@code simulator} services in one process, their folder,
 *       and the simulated provider
 *   <li>{@code ops}, {@code usage} the HTTP servers of a process
 *   <li>{@code feature}, {@code trace} the features that are an argument; what follows jobs
 * </ul>
 */
@NullMarked
package dev.millrace.standalone;

import org.jspecify.annotations.NullMarked;
