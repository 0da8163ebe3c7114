/**
 * Reads the sums of rollups: the rollups that cover a time, their exact sums, and percentiles from
 * their histograms of call durations. Works concurrently with a writing sink, on the thread of the
 * caller. Depends on the database, query, rollup and result packages and on contracts.
 */
@NullMarked
package dev.millrace.store.sums;

import org.jspecify.annotations.NullMarked;
