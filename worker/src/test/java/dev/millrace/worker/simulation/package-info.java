/**
 * Random histories of the worker's loop on simulated time: worker processes that crash, pause, join
 * and leave; a consumer group and a transaction coordinator with the brokers' rules; a provider
 * that is slow, throttles, breaks and keeps a ledger. One seed is one history. {@link
 * dev.millrace.worker.simulation.Checker} holds what must be true in all of them ({@link
 * dev.millrace.worker.simulation.Invariant}), and is itself held against faults on purpose ({@link
 * dev.millrace.worker.simulation.mutation.Mutation}).
 *
 * <p>To find the way: {@code SimulationTest} runs {@code Histories}; a {@code World} is one of
 * them, made as its {@code Scenario} says. In it live {@code WorkerProcess}es, whose loops have the
 * ports {@code Simulated…}. The cluster is {@code JobLog}, {@code Group} and {@code Transactions},
 * the provider {@code Upstream}. {@code Chaos} decides what goes wrong around them, {@code
 * Outcomes} what a committed reader sees.
 */
@NullMarked
package dev.millrace.worker.simulation;

import org.jspecify.annotations.NullMarked;
