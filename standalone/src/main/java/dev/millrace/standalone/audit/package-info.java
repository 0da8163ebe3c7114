/**
 * {@code millrace audit}: adds up usage logs by model, and computes their cost at the catalog's
 * prices, at cheaper models and under a policy. Prints the result as tables, as JSON, or as one
 * HTML file with charts. Memory does not grow with the log. Used by one thread.
 */
@NullMarked
package dev.millrace.standalone.audit;

import org.jspecify.annotations.NullMarked;
