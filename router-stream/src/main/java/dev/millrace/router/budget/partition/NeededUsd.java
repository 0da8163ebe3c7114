package dev.millrace.router.budget.partition;

import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.router.waiting.PlannedRecord;
import java.math.BigDecimal;

/**
 * The money that a job needs to continue, in US dollars.
 *
 * @param least amount below which the job waits
 * @param full the highest cost of the job, at least {@code least}
 */
record NeededUsd(BigDecimal least, BigDecimal full) {
    /**
     * Returns the amount that a job needs.
     *
     * @throws IllegalStateException if nothing limits its cost
     */
    static NeededUsd of(PlannedRecord job) {
        JobCostLimit limit = job.costLimit();
        return new NeededUsd(limit.leastUsd(), limit.reservedUsd());
    }

    /**
     * Returns the amount to reserve: the full amount if it is left, so that the job need not end
     * early, otherwise the least amount.
     *
     * @param left amount that the accounts of the job have left
     */
    BigDecimal within(BigDecimal left) {
        return full.compareTo(left) <= 0 ? full : least;
    }
}
