/**
 * The HTTP servers of a process: {@code /metrics} for Prometheus, {@code /health} for probes, the
 * usage API of the sink, and the gateway. The web servers' own virtual threads serve them. {@code
 * millrace health} probes them on the main thread; {@link dev.millrace.standalone.ops.HealthProbe}
 * uses nothing but the JDK, because a container starts it every few seconds.
 *
 * <p>{@code docs/decisions/026-deployment.md} has the reasons.
 */
@NullMarked
package dev.millrace.standalone.ops;

import org.jspecify.annotations.NullMarked;
