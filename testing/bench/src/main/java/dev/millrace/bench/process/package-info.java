/** Starts child processes and measures their CPU time and memory. Runs on the main thread. */
@NullMarked
package dev.millrace.bench.process;

import org.jspecify.annotations.NullMarked;
