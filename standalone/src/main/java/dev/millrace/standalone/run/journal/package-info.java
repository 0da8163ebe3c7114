/**
 * Memory of {@code millrace run} between runs: which line of which file became which job. A small
 * SQLite database in the data directory, used by one thread.
 *
 * <p>{@code docs/decisions/002-input-files.md} has the reasons.
 */
@NullMarked
package dev.millrace.standalone.run.journal;

import org.jspecify.annotations.NullMarked;
