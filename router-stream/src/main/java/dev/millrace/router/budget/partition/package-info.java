/**
 * The budgets of one request partition: its leases of accounts, the reservations of its jobs, and
 * the jobs that are parked until there is money. {@link
 * dev.millrace.router.budget.partition.PartitionBudgets} is the entry point; {@code BudgetStep}
 * connects it to Kafka, and {@link dev.millrace.router.budget.partition.Budgets} to the core. One
 * store per task holds all of this, so that one changelog restores it together.
 *
 * <p>Belongs to the stream thread of a task. Depends on {@code budget}, {@code budget.owner} for
 * its metrics, {@code waiting}, {@code entry}, {@code message}, {@code records}, {@code failure}
 * and contracts.
 */
@NullMarked
package dev.millrace.router.budget.partition;

import org.jspecify.annotations.NullMarked;
