/**
 * The HTTP servers of a process: {@code /metrics} for Prometheus, {@code /health} for probes, the
 * usage API of the sink, and the gateway. The web servers' own virtual threads serve them.
 */
@NullMarked
package dev.millrace.standalone.ops;

import org.jspecify.annotations.NullMarked;
