package dev.millrace.worker.adaptive;

import dev.millrace.worker.adaptive.ProbedLevel.Probing;

/**
 * Compares the share of refused calls at a lowered level with the previous share. At a true limit,
 * the lowered level would avoid all refusals.
 *
 * @param level the previous level
 * @param limit the previous limit
 * @param probing how the level previously grew
 * @param before calls at the previous level, or near it
 * @param acceptedPerSecond previously accepted calls per second
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

    /**
     * Enough evidence at the start, where the refused calls before are the worst of few samples.
     */
    private static final double ENOUGH_OF_START = 5;

    /** With less evidence, more calls would hardly change the result. */
    private static final double LITTLE = 1;

    /** Part of the previous share from which the two shares count as equal. */
    private static final double ABOUT_EQUAL = 0.6;

    /** Returns true if lowering the level avoids refusals. */
    boolean avoidsRefusals(CallSample lowered) {
        return before.evidenceOfMoreThan(lowered) > enough();
    }

    /**
     * Returns true if the lowered level refuses a larger share than the previous one. The provider
     * then allowed a burst before, and the lowered level is still too high.
     */
    boolean isBetterThan(CallSample lowered) {
        return lowered.evidenceOfMoreThan(before) > enough();
    }

    private double enough() {
        return isOfStart ? ENOUGH_OF_START : ENOUGH;
    }

    /** Returns true if twice as many calls are needed to decide. */
    boolean isInconclusive(CallSample lowered) {
        double evidence = before.evidenceOfMoreThan(lowered);
        return !isExtended
                && evidence > LITTLE
                && evidence <= enough()
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
