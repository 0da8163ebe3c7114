/**
 * Reads the sums of rollups: which rollups cover a time, their exact sums, and the percentiles that
 * their histograms of call durations allow. Works concurrently with a writing sink, on the thread
 * of the caller. Depends on the database, query, rollup and result packages and on contracts.
 */
@NullMarked
package dev.millrace.store.sums;

import org.jspecify.annotations.NullMarked;
