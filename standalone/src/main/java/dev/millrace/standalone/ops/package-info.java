/**
 * What operators look at: {@code /metrics} for Prometheus and {@code /health} for probes. Served by
 * the web server's own virtual threads.
 */
@NullMarked
package dev.millrace.standalone.ops;

import org.jspecify.annotations.NullMarked;
