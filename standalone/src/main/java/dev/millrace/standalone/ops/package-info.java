/**
 * The HTTP endpoints for operators: {@code /metrics} for Prometheus and {@code /health} for probes.
 * The web server's own virtual threads serve them.
 */
@NullMarked
package dev.millrace.standalone.ops;

import org.jspecify.annotations.NullMarked;
