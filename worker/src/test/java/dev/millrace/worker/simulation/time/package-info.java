/**
 * Simulated time: threads that take turns, events between the turns, and a log of both. Does not
 * depend on the rest of the simulation.
 *
 * <p>Exactly one simulated thread runs at a time. A thread that waits for simulated time passes the
 * turn on, so that a seed always gives an identical history.
 */
@NullMarked
package dev.millrace.worker.simulation.time;

import org.jspecify.annotations.NullMarked;
