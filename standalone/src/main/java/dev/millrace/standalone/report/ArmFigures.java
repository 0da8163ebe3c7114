package dev.millrace.standalone.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * Figures of one arm of a split.
 *
 * @param arm name of the arm in the policy
 * @param model name of the model in the catalog
 */
public record ArmFigures(String arm, String model, Jobs jobs, Latency latency, Money money) {

    /**
     * Number of finished jobs by their end.
     *
     * @param counted jobs that reveal how well the arm works
     * @param errors counted jobs that failed or that another model answered
     * @param cancelled cancelled jobs, not counted
     * @param withoutCall jobs that ended without a call, with a result or an error, not counted
     */
    public record Jobs(long counted, long errors, long cancelled, long withoutCall) {
        private static final long PERCENT = 100;
        private static final int DECIMALS = 2;

        /**
         * Returns the errors in percent of the counted jobs, with two decimals; null for no job.
         */
        public @Nullable BigDecimal errorPercent() {
            return counted == 0
                    ? null
                    : BigDecimal.valueOf(errors)
                            .multiply(BigDecimal.valueOf(PERCENT))
                            .divide(BigDecimal.valueOf(counted), DECIMALS, RoundingMode.HALF_EVEN);
        }
    }

    /** Duration of the last call of answered jobs, in milliseconds; null for no such job. */
    public record Latency(@Nullable Long p50Millis, @Nullable Long p95Millis) {}

    /**
     * Cost of the counted jobs, in US dollars.
     *
     * @param costUsd exact total
     * @param perJobUsd average; null for no job
     * @param savedUsd amount by which an equal number of jobs of the other arms would have cost
     *     more, negative for less; null if the arm is neither ramped nor guarded, or if the arm or
     *     the other arms have no job
     */
    public record Money(
            BigDecimal costUsd, @Nullable BigDecimal perJobUsd, @Nullable BigDecimal savedUsd) {}
}
