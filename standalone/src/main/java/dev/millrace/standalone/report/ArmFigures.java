package dev.millrace.standalone.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one arm of a split.
 *
 * @param arm as the policy writes it
 * @param model its name in the catalog
 */
public record ArmFigures(String arm, String model, Jobs jobs, Latency latency, Money money) {

    /**
     * How its jobs have ended.
     *
     * @param counted those that say something about the arm
     * @param errors among them: failed, or answered by another model
     * @param cancelled beside them
     * @param withoutCall beside them: ended without a call, with an answer or an error
     */
    public record Jobs(long counted, long errors, long cancelled, long withoutCall) {
        private static final long ALL = 100;
        private static final int DECIMALS = 2;

        /** Errors in percent of the counted jobs, to two decimals; null without any. */
        public @Nullable BigDecimal errorPercent() {
            return counted == 0
                    ? null
                    : BigDecimal.valueOf(errors)
                            .multiply(BigDecimal.valueOf(ALL))
                            .divide(BigDecimal.valueOf(counted), DECIMALS, RoundingMode.HALF_EVEN);
        }
    }

    /**
     * How long the last calls of the jobs that it answered took, in milliseconds; null without any.
     */
    public record Latency(@Nullable Long p50Millis, @Nullable Long p95Millis) {}

    /**
     * What its counted jobs cost, in US dollars.
     *
     * @param costUsd all of them, exact
     * @param perJobUsd on average; null without a job
     * @param savedUsd what as many jobs of the other arms would have cost more, negative: less;
     *     null when the arm is neither ramped nor guarded, or one side has no job
     */
    public record Money(
            BigDecimal costUsd, @Nullable BigDecimal perJobUsd, @Nullable BigDecimal savedUsd) {}
}
