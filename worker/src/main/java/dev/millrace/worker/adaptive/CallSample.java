package dev.millrace.worker.adaptive;

/**
 * A sequence of started calls.
 *
 * @param calls number of started calls
 * @param refused number of these calls that the provider refused
 * @param nanos time in which the calls started, more than 0
 */
record CallSample(long calls, long refused, long nanos) {
    static final CallSample NONE = new CallSample(0, 0, 1);

    long accepted() {
        return calls - refused;
    }

    /** Returns the share of refused calls; 0 without calls. */
    double share() {
        return calls == 0 ? 0 : refused / (double) calls;
    }

    double acceptedPerSecond() {
        return accepted() * 1e9 / nanos;
    }

    /** Returns true if more calls were refused than accepted. */
    boolean isMostRefused() {
        return refused > accepted();
    }

    /**
     * Returns the evidence, in nats, that a larger share is refused than expected; 0 if the share
     * is smaller. This is the logarithm of the likelihood ratio of the two shares: the number of
     * calls times the divergence of Kullback and Leibler ("On information and sufficiency", 1951).
     *
     * @param expected more than 0 and less than 1
     */
    double evidenceOfMoreThan(double expected) {
        return share() <= expected ? 0 : calls * divergence(share(), expected);
    }

    /** Returns the evidence, in nats, that a smaller share is refused; 0 if it is larger. */
    double evidenceOfLessThan(double expected) {
        return share() >= expected ? 0 : calls * divergence(share(), expected);
    }

    /**
     * Returns the evidence, in nats, that the provider refuses a larger share of these calls than
     * of the other calls.
     */
    double evidenceOfMoreThan(CallSample other) {
        if (calls == 0 || other.calls == 0 || share() <= other.share()) {
            return 0;
        }
        double common = (refused + other.refused) / (double) (calls + other.calls);
        return calls * divergence(share(), common)
                + other.calls * divergence(other.share(), common);
    }

    private static double divergence(double share, double expected) {
        return term(share, expected) + term(1 - share, 1 - expected);
    }

    private static double term(double share, double expected) {
        return share == 0 ? 0 : share * Math.log(share / expected);
    }
}
