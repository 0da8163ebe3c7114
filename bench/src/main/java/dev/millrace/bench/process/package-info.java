/** Starts child processes and measures their CPU time and memory. */
@NullMarked
package dev.millrace.bench.process;

import org.jspecify.annotations.NullMarked;
