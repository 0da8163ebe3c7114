package dev.millrace.contracts.config;

import dev.millrace.contracts.config.TenantConfig.OnExhausted;

/**
 * One entry of {@code batches}: rules of batches by name, {@code default} for all others.
 *
 * @param budget what becomes of its jobs when the limit that came with the submission is spent
 */
public record BatchConfig(Budget budget) {
    /** The name of the entry for batches that have none of their own. */
    public static final String DEFAULT_NAME = "default";

    /** Every default. */
    public static final BatchConfig DEFAULT = new BatchConfig(Budget.DEFAULT);

    /**
     * The budget of a batch; its limit comes with the submission.
     *
     * @param onExhausted what becomes of a job that it cannot pay
     */
    public record Budget(OnExhausted onExhausted) {
        /** Jobs wait for a larger limit. */
        public static final Budget DEFAULT = new Budget(OnExhausted.PARK);
    }
}
