/**
 * The simulated provider's port: connections of clients, and outages in which the port refuses
 * them.
 *
 * <p>Each connection has a virtual thread. Another virtual thread closes and opens the port at
 * outages.
 */
@NullMarked
package dev.millrace.simulator.http.listener;

import org.jspecify.annotations.NullMarked;
