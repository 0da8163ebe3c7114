/**
 * {@code millrace bench gateway}: what the gateway adds to a call. The simulated provider and the
 * pipeline with its gateway have a process each; the clients run in this process, each on a virtual
 * thread.
 */
@NullMarked
package dev.millrace.bench.gateway;

import org.jspecify.annotations.NullMarked;
