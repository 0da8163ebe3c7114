/**
 * Simulated time: threads that take turns, events that happen in between, and what is written down
 * of both. Knows nothing of workers.
 *
 * <p>Each strand is a thread of its own, and exactly one runs at a time: whoever waits for
 * simulated time hands the turn on. So a history is the same each time.
 */
@NullMarked
package dev.millrace.worker.simulation.time;

import org.jspecify.annotations.NullMarked;
