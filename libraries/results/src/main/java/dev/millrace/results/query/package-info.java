/**
 * Runs queries on a read-only connection to the database of the sink, with an optional time limit.
 * Works concurrently with a writing sink. Depends on the store.
 */
@NullMarked
package dev.millrace.results.query;

import org.jspecify.annotations.NullMarked;
