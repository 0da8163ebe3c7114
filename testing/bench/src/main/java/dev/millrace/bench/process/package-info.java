/** Starts child processes and measures what they use. Runs on the main thread. */
@NullMarked
package dev.millrace.bench.process;

import org.jspecify.annotations.NullMarked;
