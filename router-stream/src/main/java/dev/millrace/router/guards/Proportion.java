package dev.millrace.router.guards;

/**
 * Proportion of jobs with a property: failed, or slow.
 *
 * @param matching jobs with the property, 0 to {@code jobs}
 * @param jobs all jobs, 0 or more
 */
record Proportion(long matching, long jobs) {
    private static final Proportion NONE = new Proportion(0, 1);

    /** Standard deviations that chance exceeds about once in a thousand windows. */
    private static final int DEVIATIONS = 3;

    /** Returns this proportion, or 0 if it has too few jobs to be meaningful. */
    Proportion orNoneBelow(int minJobs) {
        return jobs < minJobs ? NONE : this;
    }

    /**
     * Returns how many jobs above this proportion a window can have by chance: three standard
     * deviations of the binomial distribution. For a proportion of 0 this is 0.
     *
     * @param windowSize in jobs
     */
    long chanceAllowance(int windowSize) {
        double share = (double) matching / jobs;
        return (long) Math.ceil(DEVIATIONS * Math.sqrt(windowSize * share * (1 - share)));
    }

    /** Returns the higher of two proportions, each of at least one job. */
    Proportion max(Proportion other) {
        return Math.multiplyExact(matching, other.jobs) >= Math.multiplyExact(other.matching, jobs)
                ? this
                : other;
    }
}
