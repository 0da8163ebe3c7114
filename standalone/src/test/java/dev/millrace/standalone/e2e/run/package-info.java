/**
 * The command {@code run} as a user types it: its results, its costs, and what it does after a
 * stop, a failure or a change.
 */
@NullMarked
package dev.millrace.standalone.e2e.run;

import org.jspecify.annotations.NullMarked;
