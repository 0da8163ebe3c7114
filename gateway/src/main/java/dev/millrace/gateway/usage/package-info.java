/**
 * The usage API under {@code /api/v1}: answers questions about batches, results, costs and the
 * pipeline from the database of the sink, and changes the pipeline for operators. The threads of
 * the web server run it. Depends on {@code http}, {@code figures}, {@code results}, {@code store}
 * and contracts.
 *
 * <p>{@code docs/decisions/025-usage-dashboard-and-webhooks.md} has the reasons.
 */
@NullMarked
package dev.millrace.gateway.usage;

import org.jspecify.annotations.NullMarked;
