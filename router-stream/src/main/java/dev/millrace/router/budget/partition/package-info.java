/**
 * The budgets of one request partition: its shares of accounts, the reservations of its jobs, and
 * its parked jobs. {@link dev.millrace.router.budget.partition.PartitionBudgets} is the entry
 * point; the step {@code budget} of the topology connects it to Kafka.
 *
 * <p>Belongs to the stream thread of a task. Depends on {@code budget}, {@code budget.account},
 * {@code budget.owner} for its metrics, {@code budget.partition.store}, {@code waiting}, {@code
 * message}, {@code failure} and contracts.
 */
@NullMarked
package dev.millrace.router.budget.partition;

import org.jspecify.annotations.NullMarked;
