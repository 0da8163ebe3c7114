/**
 * The data directory, in which Millrace keeps its files between runs: the layout, and the lock that
 * only one process holds. Runs on the thread that starts Millrace. Depends on the embedded broker's
 * module for the lock.
 */
@NullMarked
package dev.millrace.standalone.data;

import org.jspecify.annotations.NullMarked;
