package dev.millrace.worker.quota;

import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.job.Hold;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Describes limits that were found by trying. */
final class FoundLimitText {
    private static final double FEW_PER_MINUTE = 10;

    private FoundLimitText() {}

    /**
     * Returns the reason that holds back calls.
     *
     * @param nowNanos the ticker at the given time
     */
    static Hold hold(FoundLimit limit, Instant now, long nowNanos) {
        String how = how(limit, now, nowNanos);
        return switch (limit.phase()) {
            case SEARCHING ->
                    new Hold(
                            WaitingReason.FOUND_LIMIT,
                            amount(limit) + ", rising until calls are refused");
            case FOUND -> new Hold(WaitingReason.FOUND_LIMIT, amount(limit) + ", found by " + how);
            case ASKED_WAIT ->
                    new Hold(
                            WaitingReason.PROVIDER_WAIT,
                            "the provider refuses most calls and asks for a wait: " + how);
            case USED_UP ->
                    new Hold(
                            WaitingReason.FOUND_LIMIT,
                            "used up for now, since the provider refuses most calls: " + how);
        };
    }

    private static String amount(FoundLimit limit) {
        if (limit.perSecond() == 0) {
            return limit.inFlight() + (limit.inFlight() == 1 ? " call" : " calls") + " in flight";
        }
        double perMinute = 60 * limit.perSecond();
        return String.format(
                Locale.ROOT,
                perMinute < FEW_PER_MINUTE ? "%.1f calls a minute" : "%,.0f calls a minute",
                perMinute);
    }

    private static String how(FoundLimit limit, Instant now, long nowNanos) {
        if (limit.refusals() == 0) {
            return "slow answers";
        }
        Instant first = now.minusNanos(nowNanos - limit.firstNanos());
        return limit.refusals()
                + (limit.refusals() == 1 ? " refusal" : " refusals")
                + " since "
                + first.truncatedTo(ChronoUnit.SECONDS);
    }
}
