/**
 * The figures of the dashboard, read from rollups and the latest rows, so that a question costs
 * little however many rows are stored. The threads of the web server run it. Depends on the query,
 * rollup, sums and usage packages and on contracts.
 */
@NullMarked
package dev.millrace.store.live;

import org.jspecify.annotations.NullMarked;
