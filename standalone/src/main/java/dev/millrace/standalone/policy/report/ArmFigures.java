package dev.millrace.standalone.policy.report;

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
     * Number of finished jobs by outcome.
     *
     * @param counted jobs that were called and not cancelled; only these jobs reveal the arm's
     *     quality
     * @param errors counted jobs that failed or were answered by another model
     * @param cancelled cancelled jobs, not among the counted jobs
     * @param withoutCall jobs that ended without a call of the arm, with a result or an error; not
     *     among the counted jobs
     */
    public record Jobs(long counted, long errors, long cancelled, long withoutCall) {
        private static final long PERCENT = 100;
        private static final int DECIMALS = 2;

        /**
         * Returns the errors in percent of the counted jobs, with two decimals; null if no job is
         * counted.
         */
        public @Nullable BigDecimal errorPercent() {
            return percent(errors, counted);
        }

        /** Returns all finished jobs. */
        public long finished() {
            return counted + cancelled + withoutCall;
        }

        static @Nullable BigDecimal percent(long part, long whole) {
            return whole == 0
                    ? null
                    : BigDecimal.valueOf(part)
                            .multiply(BigDecimal.valueOf(PERCENT))
                            .divide(BigDecimal.valueOf(whole), DECIMALS, RoundingMode.HALF_EVEN);
        }
    }

    /** Duration of the last call of answered jobs, in milliseconds; null if no job was answered. */
    public record Latency(@Nullable Long p50Millis, @Nullable Long p95Millis) {}

    /**
     * Cost of the counted jobs, in US dollars.
     *
     * @param costUsd exact total
     * @param perJobUsd average; null if no job is counted
     * @param savedUsd cost of an equal number of jobs at the average of the other arms, minus the
     *     cost of this arm; null if the arm is neither ramped nor guarded, or if the arm or the
     *     other arms have no job
     */
    public record Money(
            BigDecimal costUsd, @Nullable BigDecimal perJobUsd, @Nullable BigDecimal savedUsd) {}
}
