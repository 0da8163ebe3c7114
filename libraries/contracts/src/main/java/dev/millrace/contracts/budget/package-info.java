/**
 * Limits that operators set for budgets, and the states of budgets, as the control topic carries
 * them. Immutable values and their codecs.
 */
@NullMarked
package dev.millrace.contracts.budget;

import org.jspecify.annotations.NullMarked;
