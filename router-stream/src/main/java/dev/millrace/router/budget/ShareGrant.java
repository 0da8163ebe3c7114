package dev.millrace.router.budget;

import java.math.BigDecimal;

/**
 * What the owner of an account tells a partition.
 *
 * @param lent total lent to the partition
 * @param isScarce whether other partitions wait for money; the partition then gives back all free
 *     money at once
 * @param limit of the budget
 * @param spent total that all partitions have reported as spent
 * @param reserved amount that all partitions have reported as reserved
 */
public record ShareGrant(
        BigDecimal lent, boolean isScarce, BigDecimal limit, BigDecimal spent, BigDecimal reserved) {

    /**
     * Returns true if a job can never get this amount in this period: the money is spent, not only
     * reserved. Stays true, since spent money only grows, until somebody raises the limit.
     */
    public boolean excludes(BigDecimal amount) {
        return limit.subtract(spent).compareTo(amount) < 0;
    }
}
