/**
 * Rollups: sums of cost events by period, tenant, model, provider and policy arm. Pure decisions
 * without JDBC; the sink's thread uses them. Depends on contracts only.
 *
 * <p>{@code docs/decisions/025-usage-dashboard-and-webhooks.md} has the reasons.
 */
@NullMarked
package dev.millrace.store.rollup;

import org.jspecify.annotations.NullMarked;
