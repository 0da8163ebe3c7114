/**
 * The protocols of providers: how each is called, and how its answers are read. Used on the threads
 * of calls and requests.
 *
 * <ul>
 *   <li>{@code call} bodies of calls
 *   <li>{@code answer} what an answer contains, and the tokens it reports
 *   <li>{@code sse}, {@code stream} events of a streamed answer, and the answer they make
 *   <li>{@code error} errors, waits and limits
 *   <li>{@code translate} what is asked of translations to other APIs
 *   <li>{@code json} JSON as trees
 * </ul>
 *
 * <p>{@code docs/decisions/007-bodies-and-wires.md} has the reasons.
 */
@NullMarked
package dev.millrace.wire;

import org.jspecify.annotations.NullMarked;
