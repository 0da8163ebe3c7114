/**
 * The forms of batch files: {@link dev.millrace.producer.file.JsonLines} turns a file that is
 * compressed, in UTF-16, an array or a sequence of objects into JSON Lines, and refuses a file that
 * is no batch file with one message. Pure, except that streams are read; the calling thread may
 * block. Depends on {@code contracts}.
 *
 * <p>{@code docs/decisions/002-input-files.md} has the reasons.
 */
@NullMarked
package dev.millrace.producer.file;

import org.jspecify.annotations.NullMarked;
