/**
 * Lends the money of a budget to the partitions whose jobs spend it, so that a budget is a hard
 * limit although each partition reserves independently.
 *
 * <p>An account is one period of one budget. Its {@link AccountLender} lends money to request
 * partitions; a partition keeps its part as a {@link ShareBalance}. Amounts of lent, returned and
 * spent money are totals since the opening of the share, so repeated and reordered messages do no
 * harm.
 *
 * <p>Pure state: each object belongs to the stream thread of its task. Depends on {@code entry}.
 *
 * <p>{@code docs/decisions/012-budgets.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.budget;

import org.jspecify.annotations.NullMarked;
