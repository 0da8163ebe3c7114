package dev.millrace.router.guards;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Outcome of one job, reduced to the values that guards compare.
 *
 * @param isError true if the arm gave no answer
 * @param upstreamMillis duration of the last call, without earlier attempts, 0 or more
 * @param costNanoUsd cost of all calls in billionths of a dollar, 0 or more; exact enough, since
 *     guards compare averages
 */
public record JobOutcome(boolean isError, int upstreamMillis, long costNanoUsd) {
    /** Maximum cost of one job, so that the sum over the largest window fits into a long. */
    static final long MAX_NANO_USD = Long.MAX_VALUE / OutcomeWindow.MAX_SIZE;

    private static final int NANO_DIGITS = 9;

    public JobOutcome {
        upstreamMillis = Math.max(0, upstreamMillis);
        costNanoUsd = Math.clamp(costNanoUsd, 0, MAX_NANO_USD);
    }

    static JobOutcome of(boolean isError, long upstreamMillis, BigDecimal costUsd) {
        return new JobOutcome(
                isError, Math.clamp(upstreamMillis, 0, Integer.MAX_VALUE), nano(costUsd));
    }

    private static long nano(BigDecimal usd) {
        BigDecimal nano = usd.movePointRight(NANO_DIGITS).setScale(0, RoundingMode.HALF_EVEN);
        return nano.min(BigDecimal.valueOf(MAX_NANO_USD)).max(BigDecimal.ZERO).longValueExact();
    }

    /** Converts billionths of a dollar to dollars. */
    static BigDecimal usd(long nanoUsd) {
        return BigDecimal.valueOf(nanoUsd, NANO_DIGITS);
    }
}
