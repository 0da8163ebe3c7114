package dev.millrace.worker.adaptive;

/** Tells refusals that the level causes from chance. All evidence is in nats. */
record RefusalEvidence(CallHistory history, UnavoidableShare unavoidable) {
    private static final double ENOUGH = 8;

    /** The same if all refusals can be avoided. */
    private static final double ENOUGH_OF_AVOIDABLE = 5;

    private static final double ENOUGH_OF_EXHAUSTION = 12;

    /** Refused calls of a sample that is no chance. */
    private static final int SEVERAL = 3;

    private static final int LEAST_OF_EXHAUSTION = 4;
    private static final double MOST_EXPECTED = 0.5;

    /**
     * Returns the calls that show that more are refused than no level avoids; {@link
     * CallSample#NONE} if nothing does.
     *
     * @param sinceNanos earlier calls are no evidence
     * @param canAvoidAll true if, as far as is known, a lower level would avoid all refusals
     * @param isAtLimit true if even a single refused call is evidence then
     */
    CallSample of(CallEnd end, long sinceNanos, boolean canAvoidAll, boolean isAtLimit) {
        double expected = unavoidable.share();
        CallSample several =
                history.strongest(sinceNanos, until(end, sinceNanos), expected, SEVERAL);
        if (several.evidenceOfMoreThan(expected) >= (canAvoidAll ? ENOUGH_OF_AVOIDABLE : ENOUGH)) {
            return several;
        }
        if (canAvoidAll && isAtLimit) {
            CallSample any = history.strongest(sinceNanos, end.startedNanos(), expected, 1);
            return any.evidenceOfMoreThan(expected) >= ENOUGH_OF_AVOIDABLE ? any : CallSample.NONE;
        }
        return CallSample.NONE;
    }

    /** Returns the start of the last calls that are decided: later ones may still be refused. */
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

    /** Returns true if so many refused calls are no chance. */
    static boolean isCertain(CallSample refused, double expected) {
        return refused.evidenceOfMoreThan(Math.min(MOST_EXPECTED, expected))
                >= ENOUGH_OF_EXHAUSTION;
    }

    /** Returns true if the refused calls are certainly no chance, rather than probably. */
    boolean isStrong(CallSample refused) {
        return refused.evidenceOfMoreThan(unavoidable.share()) >= ENOUGH;
    }
}
