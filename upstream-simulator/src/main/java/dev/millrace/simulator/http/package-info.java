/**
 * The simulated provider as an HTTP server: routes, connections, and the writing of what the
 * provider decided.
 *
 * <p>Each connection has a virtual thread of its own; a call that takes its time is written by a
 * second one, while the first listens whether the client goes away.
 */
@NullMarked
package dev.millrace.simulator.http;

import org.jspecify.annotations.NullMarked;
