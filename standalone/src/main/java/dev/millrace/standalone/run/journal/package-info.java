/**
 * Memory of {@code millrace run} between runs: which line of which file became which job. A small
 * SQLite database in the data directory, used by one thread.
 */
@NullMarked
package dev.millrace.standalone.run.journal;

import org.jspecify.annotations.NullMarked;
