/**
 * Reads the forms of batch files. {@link dev.millrace.producer.file.JsonLines} converts a file to
 * JSON Lines: a compressed file, UTF-16, an array or a sequence of objects. It refuses a file that
 * is no batch file with one message. Pure, except for reading streams, which can block the calling
 * thread. Depends on {@code contracts}.
 *
 * <p>{@code docs/decisions/002-input-files.md} has the reasons.
 */
@NullMarked
package dev.millrace.producer.file;

import org.jspecify.annotations.NullMarked;
