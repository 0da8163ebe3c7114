package dev.millrace.worker.adaptive;

import dev.millrace.worker.quota.CallEnd;

/**
 * Decides whether the level causes refusals, or whether chance and the {@link UnavoidableShare}
 * explain them. All evidence is in nats.
 */
record RefusalEvidence(CallHistory history, UnavoidableShare unavoidable) {
    private static final double ENOUGH = 8;

    /**
     * Evidence that is enough once unavoidable refusals are known. Each refused call tests many
     * overlapping samples, so that chance alone reaches 8 nats every few minutes.
     */
    private static final double ENOUGH_OF_UNAVOIDABLE = 12;

    /** Evidence that is enough if a lower level would avoid all refusals. */
    private static final double ENOUGH_OF_AVOIDABLE = 5;

    private static final double ENOUGH_OF_EXHAUSTION = 12;

    /** Fewest refused calls that count as evidence; fewer can be chance, whatever their share. */
    private static final int SEVERAL = 3;

    private static final int LEAST_OF_EXHAUSTION = 4;
    private static final double MOST_EXPECTED = 0.5;

    /**
     * Returns calls with more refusals than the unavoidable share; {@link CallSample#NONE} without
     * such evidence.
     *
     * @param sinceNanos earlier calls are no evidence
     * @param canAvoidAll true if a lower level would avoid all refusals, as far as is known
     * @param isAtLimit true if the level is at a known limit, where one refused call can be enough
     */
    CallSample of(CallEnd end, long sinceNanos, boolean canAvoidAll, boolean isAtLimit) {
        double expected = unavoidable.share();
        CallSample several =
                history.strongest(sinceNanos, until(end, sinceNanos), expected, SEVERAL);
        if (several.evidenceOfMoreThan(expected)
                >= (canAvoidAll ? ENOUGH_OF_AVOIDABLE : enough())) {
            return several;
        }
        if (canAvoidAll && isAtLimit) {
            CallSample any = history.strongest(sinceNanos, end.startedNanos(), expected, 1);
            return any.evidenceOfMoreThan(expected) >= ENOUGH_OF_AVOIDABLE ? any : CallSample.NONE;
        }
        return CallSample.NONE;
    }

    /**
     * Returns the start of the last calls with a known outcome: later calls can still be refused.
     */
    private long until(CallEnd end, long sinceNanos) {
        long complete = end.startedNanos() - CallHistory.COHORT.toNanos();
        if (complete - sinceNanos < 0) {
            return end.startedNanos();
        }
        long decided = history.decidedNanos(end.endedNanos());
        return complete - decided < 0 ? complete : decided;
    }

    /** Returns true if the provider refuses most calls. */
    static boolean isExhaustion(CallSample refused) {
        return refused.isMostRefused() && refused.refused() >= LEAST_OF_EXHAUSTION;
    }

    /** Returns true if another refused call would show that the provider refuses most calls. */
    static boolean mayBeExhaustion(CallSample refused) {
        return refused.accepted() == 0 && refused.refused() < LEAST_OF_EXHAUSTION;
    }

    /** Returns true if chance does not explain the number of refused calls. */
    static boolean isCertain(CallSample refused, double expected) {
        return refused.evidenceOfMoreThan(Math.min(MOST_EXPECTED, expected))
                >= ENOUGH_OF_EXHAUSTION;
    }

    /** Returns true if the evidence would be enough although some refusals are unavoidable. */
    boolean isStrong(CallSample refused) {
        return refused.evidenceOfMoreThan(unavoidable.share()) >= enough();
    }

    private double enough() {
        return unavoidable.isKnown() ? ENOUGH_OF_UNAVOIDABLE : ENOUGH;
    }
}
