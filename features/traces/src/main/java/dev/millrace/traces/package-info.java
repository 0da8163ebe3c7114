/**
 * Traces: sends the steps of jobs as OpenTelemetry spans to a receiver. {@link
 * dev.millrace.traces.OtlpTraces} starts it. It learns what services publish and store as an
 * interceptor of their Kafka clients, and the waits and calls from the worker. Their threads make
 * spans; one thread sends them.
 *
 * <p>{@code docs/decisions/034-traces.md} has the reasons.
 */
@NullMarked
package dev.millrace.traces;

import org.jspecify.annotations.NullMarked;
