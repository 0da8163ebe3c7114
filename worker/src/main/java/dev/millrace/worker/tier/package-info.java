/**
 * Cheaper service tiers of models: at which tier the next call of a job is bought, and when it is
 * too late for the cheaper one.
 *
 * <p>The decision is {@link dev.millrace.worker.tier.TierStarts}, a pure function. {@link
 * dev.millrace.worker.tier.Tiers} keeps what was measured, on the loop's thread. Depends on
 * configuration, jobs, quotas and the port of the providers.
 *
 * <p>{@code docs/decisions/033-cheaper-tiers.md} has the reasons.
 */
@NullMarked
package dev.millrace.worker.tier;

import org.jspecify.annotations.NullMarked;
