/**
 * The task that owns all accounts. It lends their money to request partitions according to the
 * partitions' reports, and publishes the state of each account.
 *
 * <p>Belongs to the stream thread of the task, except {@link OwnerMetrics}. Depends on {@code
 * budget}, {@code entry}, {@code feature} and contracts.
 */
@NullMarked
package dev.millrace.router.budget.owner;

import org.jspecify.annotations.NullMarked;
