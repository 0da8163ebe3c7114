/**
 * Exact money: token counts as providers report them, prices per million tokens, and their product
 * in US dollars as an unrounded {@link java.math.BigDecimal}.
 *
 * <p>Values only, safe on any thread. Depends on the module {@code yaml} only.
 *
 * <p>{@code docs/decisions/023-prices-and-token-counts.md} has the reasons.
 */
@NullMarked
package dev.millrace.contracts.money;

import org.jspecify.annotations.NullMarked;
