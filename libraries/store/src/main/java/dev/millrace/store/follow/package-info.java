/**
 * Follows a batch while it runs: finds the results stored since the last look, and reports when the
 * last result is stored. Works concurrently with a writing sink, on the thread of the caller.
 * Depends on the database, query, row, result and usage packages and on contracts.
 */
@NullMarked
package dev.millrace.store.follow;

import org.jspecify.annotations.NullMarked;
