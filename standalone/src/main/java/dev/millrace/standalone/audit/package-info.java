/**
 * Adds up usage logs by model, and computes their cost at the catalog's prices, at cheaper models
 * and under a policy. Memory does not grow with the log. Used by one thread.
 */
@NullMarked
package dev.millrace.standalone.audit;

import org.jspecify.annotations.NullMarked;
