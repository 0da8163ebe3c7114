package dev.millrace.worker.adaptive;

/**
 * The share of calls that the provider refuses at any rate, for example because it is short of
 * capacity. The share is measured at a lowered level. A higher level cannot refuse fewer calls, so
 * each smaller measurement replaces the share.
 */
class UnavoidableShare {
    /** A smaller share is normal even below a limit. */
    private static final double LEAST = 0.004;

    /**
     * A larger share is a limit, or a failure of the provider: a window that is used up refuses a
     * large share at any level.
     */
    private static final double MOST = 0.3;

    /** Evidence, in nats, that a smaller share is refused. */
    private static final double ENOUGH = 4;

    private double share = LEAST;
    private boolean isGuessed;

    /** Returns the share, with the error of its measurement added; more than 0. */
    double share() {
        return share;
    }

    /**
     * Returns the part of a level that would have been accepted.
     *
     * @param caution accepted calls to add to the sample
     * @param least lower bound of the part
     */
    double remaining(CallSample refused, int caution, double least) {
        double part = refused.refused() / (double) (refused.calls() + caution);
        return Math.max(least, (1 - part) / (1 - share));
    }

    /** Returns true if refusals are known that no rate avoids. */
    boolean isKnown() {
        return share > LEAST;
    }

    /**
     * Returns true if the share needs a trial that confirms it: it was measured without lowering
     * the level, or it has just replaced a share that was confirmed.
     */
    boolean isGuessed() {
        return isGuessed;
    }

    /** Takes the share of refused calls at a level that was not lowered. */
    void guess(CallSample sample) {
        share = Math.clamp(upperBound(sample), LEAST, MOST);
        isGuessed = true;
    }

    /** Forgets a guess, because the provider refuses most calls. */
    void forgetGuess() {
        if (isGuessed) {
            share = LEAST;
            isGuessed = false;
        }
    }

    /** Takes the share of refused calls at a lowered level. */
    void measure(CallSample lowered) {
        share = lowered.refused() == 0 ? LEAST : Math.clamp(upperBound(lowered), LEAST, MOST);
        isGuessed = !isGuessed && lowered.refused() > 0;
    }

    /** Lowers the share if a sample, at any level, is strong evidence of a smaller one. */
    void onSample(CallSample sample) {
        if (sample.evidenceOfLessThan(share) >= ENOUGH) {
            share = Math.clamp(upperBound(sample), LEAST, share);
        }
    }

    /** Returns the share plus one standard error of the number of refused calls. */
    private static double upperBound(CallSample sample) {
        return (sample.refused() + Math.sqrt(sample.refused() + 1.0)) / sample.calls();
    }
}
