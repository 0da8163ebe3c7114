/**
 * {@code millrace bench resilience}: measures retry strategies of the worker against a simulated
 * provider with transient errors. The simulator runs in this process; broker and workers are
 * separate processes. One thread runs the measurements; another thread submits the jobs.
 */
@NullMarked
package dev.millrace.bench.resilience;

import org.jspecify.annotations.NullMarked;
