/**
 * Reads the outcomes of a run from the sink's database, and writes them to the output file in input
 * order. Runs on the main thread.
 */
@NullMarked
package dev.millrace.standalone.run.results;

import org.jspecify.annotations.NullMarked;
