/**
 * {@code millrace bench resilience}: measures retry strategies of the worker against a simulated
 * provider with transient errors, and backlogs whose provider fails and is repaired. The simulators
 * run in this process; broker and workers are separate processes. One thread runs the measurements
 * of strategies, and another thread submits their jobs. Each fault has its own thread.
 */
@NullMarked
package dev.millrace.bench.resilience;

import org.jspecify.annotations.NullMarked;
