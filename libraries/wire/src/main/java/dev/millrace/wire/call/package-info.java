/**
 * How to call a provider: the fields of the body that Millrace sets, and the ids of tool calls.
 * Called on the thread of a call. Depends on contracts only.
 *
 * <p>{@code docs/decisions/007-bodies-and-wires.md} has the reasons.
 */
@NullMarked
package dev.millrace.wire.call;

import org.jspecify.annotations.NullMarked;
