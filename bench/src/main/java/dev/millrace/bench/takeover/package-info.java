/**
 * {@code millrace bench router --takeover}: measures how long requests wait when a router is killed
 * and another router takes over its partitions, with and without a standby. Runs on the calling
 * thread; routers and broker are separate processes.
 */
@NullMarked
package dev.millrace.bench.takeover;

import org.jspecify.annotations.NullMarked;
