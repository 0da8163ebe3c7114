/**
 * A day of jobs with deadlines in simulated time: what they cost, and how many end on time. {@code
 * SimulatedDay} runs the router's held jobs and the worker's loop; cluster and providers are
 * simulated. One thread, no clock: each day is equal.
 */
@NullMarked
package dev.millrace.bench.deadlines;

import org.jspecify.annotations.NullMarked;
