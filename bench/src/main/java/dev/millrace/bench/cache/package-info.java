/**
 * {@code bench cache}: latency, throughput, memory and restoring of the answer cache, and the
 * latency of budgets. Runs on the calling thread; routers and broker are separate processes.
 * Depends on {@code cluster}, {@code figures}, {@code process} and {@code report}.
 */
@NullMarked
package dev.millrace.bench.cache;

import org.jspecify.annotations.NullMarked;
