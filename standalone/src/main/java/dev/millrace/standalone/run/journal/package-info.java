/**
 * Remembers, between runs of {@code millrace run}, the job of each input line. A small SQLite
 * database in the data directory, used by one thread.
 *
 * <p>{@code docs/decisions/002-input-files.md} has the reasons.
 */
@NullMarked
package dev.millrace.standalone.run.journal;

import org.jspecify.annotations.NullMarked;
