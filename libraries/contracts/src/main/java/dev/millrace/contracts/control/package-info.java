/**
 * The records of the control topic: policies, ramps, guards, cancellations, pauses, resets, reports
 * of workers, purges and sizes of the answer cache, limits and states of budgets, and first-use
 * markers. Defines the keys and codecs of the records, and the state that is built from them.
 *
 * <p>Pure values without threads; the module {@code control} reads and writes the topic. Depends on
 * {@code policy}, {@code catalog}, {@code budget} and {@code waiting}.
 */
@NullMarked
package dev.millrace.contracts.control;

import org.jspecify.annotations.NullMarked;
