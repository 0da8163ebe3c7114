/**
 * {@code millrace retry}: finds the failed jobs of a stored batch and publishes them again. Reads
 * the database of a sink and batch files, on the command's thread.
 */
@NullMarked
package dev.millrace.standalone.retry;

import org.jspecify.annotations.NullMarked;
