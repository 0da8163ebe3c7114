/**
 * Random histories of the worker's loop in simulated time. Worker processes crash, pause, join and
 * leave. A consumer group and a transaction coordinator follow the brokers' rules. A provider is
 * slow, throttles, fails and charges for calls. Each seed determines one history. {@link
 * dev.millrace.worker.simulation.Checker} checks each {@link
 * dev.millrace.worker.simulation.Invariant} in every history. Each {@link
 * dev.millrace.worker.simulation.mutation.Mutation} injects a fault that the checker must catch.
 *
 * <p>Overview: {@code SimulationTest} runs {@code Histories}. A {@code World} is one history, with
 * the parameters of its {@code Scenario}. It contains {@code WorkerProcess}es, whose loops use the
 * {@code Simulated…} ports. {@code JobLog}, {@code ControlLog}, {@code Group} and {@code
 * Transactions} are the cluster, {@code Upstream} is the provider. {@code Chaos} schedules faults
 * and changes; {@code Outcomes} checks what a committed reader sees.
 */
@NullMarked
package dev.millrace.worker.simulation;

import org.jspecify.annotations.NullMarked;
