/**
 * The simulated provider's HTTP server: routes, connections, the execution of call plans, and
 * outages in which the port refuses connections.
 *
 * <p>Each connection has a virtual thread. A second virtual thread writes answers that take time,
 * while the connection's thread detects whether the client disconnects. Another virtual thread
 * closes and opens the port at outages.
 */
@NullMarked
package dev.millrace.simulator.http;

import org.jspecify.annotations.NullMarked;
