/**
 * Reads the data stored by the sink: single results, whole batches in input order, and totals.
 * Works concurrently with a writing sink. Depends on the database, query and row packages and on
 * contracts.
 */
@NullMarked
package dev.millrace.store.result;

import org.jspecify.annotations.NullMarked;
