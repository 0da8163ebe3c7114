/**
 * {@code millrace results}: writes the results of stored batches to a file or the terminal, and
 * follows a batch that is running. {@code millrace costs} sums up what jobs cost. Reads the
 * database of a sink on the command's thread.
 */
@NullMarked
package dev.millrace.standalone.result;

import org.jspecify.annotations.NullMarked;
