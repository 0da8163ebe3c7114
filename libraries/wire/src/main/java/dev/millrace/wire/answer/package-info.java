/**
 * Reads the body of a 200: whether it is an answer, its token counts, and its other billable parts.
 * Also reads the content of a result, and makes the answer that Millrace gives without a call.
 * Token counts have one meaning for all wires: {@link dev.millrace.contracts.usage.UsageRules}.
 * Pure functions, called on any thread. Depends on contracts, {@code error} and {@code stream}.
 */
@NullMarked
package dev.millrace.wire.answer;

import org.jspecify.annotations.NullMarked;
