/**
 * Finds the budgets that a job is paid from: the accounts of its tenant, its batch and its API key.
 * Lends the money of a budget to the partitions whose jobs spend it, so that a budget is a hard
 * limit although each partition reserves independently.
 *
 * <p>An account is one period of one budget. Its {@link AccountLeases} lends money to request
 * partitions; a partition keeps its part, the <em>lease</em>, as a {@link LeaseBalance}. Lent,
 * returned and spent money are totals since the lease was opened, so repeated and reordered
 * messages do no harm.
 *
 * <p>Pure state: each object belongs to the stream thread of its task. Depends on {@code entry} and
 * contracts.
 *
 * <p>{@code docs/decisions/012-budgets.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.budget;

import org.jspecify.annotations.NullMarked;
