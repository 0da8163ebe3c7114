/**
 * Reserves the highest cost of an attempt in the budgets of its job before the call, and settles it
 * by cost events. {@code plan.WorstCaseCost} computes it.
 *
 * <p>The words of this package:
 *
 * <ul>
 *   <li>account: one budget with a <em>limit</em>: of a batch or an API key, or of a tenant in one
 *       period ({@code BudgetAccounts})
 *   <li>lease: money of an account, <em>lent</em> to a request partition, so that the budget is a
 *       hard limit although each partition reserves independently ({@code Lease})
 *   <li>reserved: what unfinished jobs may still spend ({@code Reserve}, {@code Reservation})
 *   <li>settled: turned from reserved money into <em>spent</em> money, the rest into free money
 *       ({@code Settle})
 *   <li>parked: waiting for money ({@code ParkedJobs}); aside: while more is needed than is left
 *   <li>report and grant: messages of a partition and of the owner. Lent, returned and spent money
 *       are totals since the lease was opened, so repeated and reordered messages do no harm
 * </ul>
 *
 * <p>{@link dev.millrace.router.budget.Budgets} connects the two sides to Kafka. {@code
 * PartitionBudgets} decides for a request partition; one store of its task holds all of its state,
 * so that one changelog restores it together. {@code BudgetOwner} is the one task that owns all
 * accounts: it lends their money, by {@code AccountLeases}, and publishes their states.
 *
 * <p>Each object belongs to the stream thread of its task, except for metrics. Depends on {@code
 * waiting}, {@code entry}, {@code feature}, {@code message}, {@code records}, {@code failure} and
 * contracts. {@code docs/decisions/012-budgets.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.budget;

import org.jspecify.annotations.NullMarked;
