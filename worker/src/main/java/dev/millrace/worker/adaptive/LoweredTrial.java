package dev.millrace.worker.adaptive;

import dev.millrace.worker.adaptive.ProbedLevel.Probing;

/**
 * A comparison of the share of refused calls at a lowered level with the share before. At a true
 * limit, none would be refused any more.
 *
 * @param level the level before
 * @param limit the limit before
 * @param probing how the level grew before
 * @param before calls at the level before, or near it
 * @param acceptedPerSecond accepted calls in the second before
 * @param fromNanos calls that start earlier do not count
 * @param needed calls after which the comparison ends
 * @param isOfStart true if no limit had been found before
 * @param isExtended true if the first result was inconclusive
 */
record LoweredTrial(
        double level,
        double limit,
        Probing probing,
        CallSample before,
        double acceptedPerSecond,
        long fromNanos,
        long needed,
        boolean isOfStart,
        boolean isExtended) {
    /** Evidence, in nats, that fewer calls are refused than before. */
    private static final double ENOUGH = 3;

    /** With less evidence, more calls would hardly change the result. */
    private static final double LITTLE = 1;

    /** From this part of the share before, the shares are about equal. */
    private static final double ABOUT_EQUAL = 0.6;

    /** Returns true if lowering the level avoids refusals. */
    boolean avoidsRefusals(CallSample lowered) {
        return before.evidenceOfMoreThan(lowered) > ENOUGH;
    }

    /** Returns true if twice as many calls are needed to decide. */
    boolean isInconclusive(CallSample lowered) {
        double evidence = before.evidenceOfMoreThan(lowered);
        return !isExtended
                && evidence > LITTLE
                && evidence <= ENOUGH
                && lowered.share() < ABOUT_EQUAL * before.share();
    }

    /** Returns the trial with twice as many calls, which start now. */
    LoweredTrial extended(long nowNanos) {
        return new LoweredTrial(
                level,
                limit,
                probing,
                before,
                acceptedPerSecond,
                nowNanos,
                2 * needed,
                isOfStart,
                true);
    }
}
