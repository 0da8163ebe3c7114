/**
 * Budgets of a pipeline: their states as human-readable text and as JSON, and the limits that
 * commands set. Pure, except {@link dev.millrace.standalone.budget.BatchLimitWriter}, which writes
 * to the control topic on the caller's thread.
 */
@NullMarked
package dev.millrace.standalone.budget;

import org.jspecify.annotations.NullMarked;
