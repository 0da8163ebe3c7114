/**
 * Decides what follows from a verdict: another attempt after a delay, or the job's result, cost
 * events and dead letter. Pure functions that take the time as an argument; called on the loop's
 * thread.
 */
@NullMarked
package dev.millrace.worker.outcome;

import org.jspecify.annotations.NullMarked;
