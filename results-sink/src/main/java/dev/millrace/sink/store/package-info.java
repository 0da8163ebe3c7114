/**
 * Reads what the sink has stored: single results, whole batches in input order, sums. Works beside
 * a sink that writes. Depends on the database package and on contracts.
 */
@NullMarked
package dev.millrace.sink.store;

import org.jspecify.annotations.NullMarked;
