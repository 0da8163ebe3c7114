package dev.millrace.router.watch.guard;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What became of one job of an arm, as far as a guard asks.
 *
 * @param isError whether the arm gave it no answer
 * @param upstreamMillis what its last call took, 0 or more: the calls before it, when it was
 *     repeated, are not in it
 * @param costNanoUsd what all its calls cost in billionths of a dollar, 0 or more: guards compare
 *     averages, so that less need not be told apart
 */
public record Outcome(boolean isError, int upstreamMillis, long costNanoUsd) {
    /** The most that one job counts with, so that a sum over the largest window fits. */
    static final long MOST_NANO_USD = Long.MAX_VALUE / ArmWindow.MOST;

    private static final int NANO_DIGITS = 9;

    public Outcome {
        upstreamMillis = Math.max(0, upstreamMillis);
        costNanoUsd = Math.clamp(costNanoUsd, 0, MOST_NANO_USD);
    }

    static Outcome of(boolean isError, long upstreamMillis, BigDecimal costUsd) {
        return new Outcome(
                isError, Math.clamp(upstreamMillis, 0, Integer.MAX_VALUE), nano(costUsd));
    }

    private static long nano(BigDecimal usd) {
        BigDecimal nano = usd.movePointRight(NANO_DIGITS).setScale(0, RoundingMode.HALF_EVEN);
        return nano.min(BigDecimal.valueOf(MOST_NANO_USD)).max(BigDecimal.ZERO).longValueExact();
    }

    /** Billionths of a dollar as dollars. */
    static BigDecimal usd(long nanoUsd) {
        return BigDecimal.valueOf(nanoUsd, NANO_DIGITS);
    }
}
