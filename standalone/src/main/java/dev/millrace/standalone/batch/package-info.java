/**
 * The status of stored batches, and the search for their failed jobs. Reads the database of a sink
 * and batch files, on the thread of the command.
 */
@NullMarked
package dev.millrace.standalone.batch;

import org.jspecify.annotations.NullMarked;
