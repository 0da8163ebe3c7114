/**
 * How to call a provider: the paths and headers of its wire ({@link
 * dev.millrace.wire.call.WireAdapter}), and the fields of the body that Millrace sets. Pure
 * functions, called on the thread of a call. Depends on contracts only.
 *
 * <p>{@code docs/decisions/007-bodies-and-wires.md} has the reasons.
 */
@NullMarked
package dev.millrace.wire.call;

import org.jspecify.annotations.NullMarked;
