package dev.millrace.router.budget.partition;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of a queue that need more money than one of their accounts has left. They wait at the
 * front of the queue, and hold up no later job. Kept in memory only: after a restart, each job is
 * read again.
 *
 * @param jobs number of jobs
 * @param usd sum of the amounts that the jobs need
 * @param first the longest-waiting job; null for none
 * @param least lower bound of the amounts; null for none
 */
record UnaffordableJobs(
        long jobs, BigDecimal usd, ParkedEntry.@Nullable Parked first, @Nullable BigDecimal least) {
    static final UnaffordableJobs NONE = new UnaffordableJobs(0, BigDecimal.ZERO, null, null);

    /** Adds a job. */
    UnaffordableJobs add(ParkedEntry.Parked job) {
        return add(job, 1, job.amount(), job.amount());
    }

    /**
     * Adds jobs.
     *
     * @param earliest the longest-waiting one
     * @param lowest lower bound of their amounts
     */
    UnaffordableJobs add(
            ParkedEntry.Parked earliest, long count, BigDecimal sum, BigDecimal lowest) {
        return new UnaffordableJobs(
                jobs + count,
                usd.add(sum),
                first == null ? earliest : first,
                least == null ? lowest : least.min(lowest));
    }

    /** Removes a job. The bounds stay. */
    UnaffordableJobs remove(BigDecimal amount) {
        return jobs == 1
                ? NONE
                : new UnaffordableJobs(jobs - 1, usd.subtract(amount), first, least);
    }
}
