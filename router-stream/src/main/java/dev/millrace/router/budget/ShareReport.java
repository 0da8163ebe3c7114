package dev.millrace.router.budget;

import java.math.BigDecimal;

/**
 * What a partition tells the owner of an account. A report states everything, so that the owner
 * needs only the latest one.
 *
 * @param partition request partition, from 0
 * @param sequence number of the report of this partition, from 1
 * @param returned see {@link BudgetShare#returned}
 * @param reserved see {@link BudgetShare#reserved}
 * @param spent see {@link BudgetShare#spent}
 * @param neededLent total that the partition must have been lent for its first waiting jobs; at most
 *     the known total if none waits. Being a total, it cannot be served twice
 * @param wantedLent total that saves the partition further requests; at least {@code neededLent}
 * @param waitingJobs jobs that wait for money
 */
public record ShareReport(
        int partition,
        long sequence,
        BigDecimal returned,
        BigDecimal reserved,
        BigDecimal spent,
        BigDecimal neededLent,
        BigDecimal wantedLent,
        long waitingJobs) {}
