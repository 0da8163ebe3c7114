/**
 * The parts of an answer that arrive in pieces: choices, tool calls, content blocks and output
 * items. Also the step that one event makes in them.
 *
 * <p>Used by the assemblers of the parent package, on the thread of the call. Depends on {@code
 * json} only.
 */
@NullMarked
package dev.millrace.wire.stream.piece;

import org.jspecify.annotations.NullMarked;
