/**
 * Reads the price lists that others publish, exact to the last digit: LiteLLM's {@code
 * model_prices_and_context_window.json} and the {@code api.json} of models.dev.
 *
 * <p>Runs on the caller's thread. Depends on contracts.
 */
@NullMarked
package dev.millrace.pricelist;

import org.jspecify.annotations.NullMarked;
