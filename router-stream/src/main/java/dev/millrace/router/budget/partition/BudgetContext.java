package dev.millrace.router.budget.partition;

import dev.millrace.router.budget.owner.OwnerMetrics;
import dev.millrace.router.waiting.OldestWaitingJob;

/**
 * The collaborators of budgets, shared by all stream threads.
 *
 * @param oldestParked keeps the time of the oldest parked job of each partition
 * @param metrics counts for the budgets of all partitions
 * @param ownerMetrics shows the budgets that this process owns
 * @param segmentBytes segment size of the store's changelog, which must hold its largest record
 */
public record BudgetContext(
        OldestWaitingJob oldestParked,
        BudgetMetrics metrics,
        OwnerMetrics ownerMetrics,
        int segmentBytes) {}
