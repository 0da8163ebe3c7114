package dev.millrace.configuration;

import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.job.Names;

/**
 * One entry of {@code batches}: the settings of a batch by name, or {@code default} for all others.
 *
 * @param budget what happens to jobs once the limit set at submission is spent
 */
public record BatchConfig(Budget budget) {
    /** The name of the entry for all batches without one. */
    public static final String DEFAULT_NAME = Names.DEFAULT;

    /** The default settings. */
    public static final BatchConfig DEFAULT = new BatchConfig(Budget.DEFAULT);

    /**
     * The budget of a batch. Its limit is set at submission.
     *
     * @param onExhausted what happens to a job that exceeds the budget
     */
    public record Budget(OnExhausted onExhausted) {
        /** Jobs are parked until the limit is raised. */
        public static final Budget DEFAULT = new Budget(OnExhausted.PARK);
    }
}
