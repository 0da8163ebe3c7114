/**
 * Forecasts for batch files: the model and the cost of each job, and the lines that would be
 * refused. Uses the router's own rules and estimates; makes no call and needs no broker. Used by
 * one thread.
 */
@NullMarked
package dev.millrace.standalone.forecast;

import org.jspecify.annotations.NullMarked;
