package dev.millrace.router.watch.guard;

/**
 * What share of some jobs ended in a certain way: with an error, or late.
 *
 * @param some that did, 0 to {@code jobs}
 * @param jobs 0 or more
 */
record JobShare(long some, long jobs) {
    private static final JobShare NONE = new JobShare(0, 1);

    /** Standard deviations: chance exceeds them about once in a thousand windows. */
    private static final int DEVIATIONS = 3;

    /** The same; none of so few jobs that they say nothing. */
    JobShare ofAtLeast(int least) {
        return jobs < least ? NONE : this;
    }

    /**
     * How many more than this share chance may give a window: three standard deviations of the
     * binomial distribution, so none where the share is none.
     *
     * @param window its size, in jobs
     */
    long chanceOf(int window) {
        double share = (double) some / jobs;
        return (long) Math.ceil(DEVIATIONS * Math.sqrt(window * share * (1 - share)));
    }

    /** The higher of two, of one job or more. */
    JobShare or(JobShare other) {
        return Math.multiplyExact(some, other.jobs) >= Math.multiplyExact(other.some, jobs)
                ? this
                : other;
    }
}
