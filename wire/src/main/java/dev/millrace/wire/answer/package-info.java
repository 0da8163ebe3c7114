/**
 * What an answer says: whether it is one, its token counts, and what else costs money; and the
 * answer that Millrace gives without a call. What token counts mean is the same for all wires:
 * {@link dev.millrace.contracts.usage.UsageRules}. Pure functions, called on any thread. Depends on
 * contracts and on {@code stream}.
 */
@NullMarked
package dev.millrace.wire.answer;

import org.jspecify.annotations.NullMarked;
