/**
 * The simulated provider's HTTP server: routes, connections, and the execution of call plans.
 *
 * <p>Each connection has a virtual thread. A second virtual thread writes answers that take time,
 * while the connection's thread detects whether the client disconnects.
 */
@NullMarked
package dev.millrace.simulator.http;

import org.jspecify.annotations.NullMarked;
