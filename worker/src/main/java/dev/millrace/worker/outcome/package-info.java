/**
 * Decides how a job continues after a verdict: with another attempt after a delay, or with its
 * result, cost events and dead letter. Pure functions that take the time as an argument; called on
 * the loop's thread.
 */
@NullMarked
package dev.millrace.worker.outcome;

import org.jspecify.annotations.NullMarked;
