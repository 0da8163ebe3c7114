package dev.millrace.router.watch.guard;

/**
 * What share of some jobs ended with an error.
 *
 * @param errors 0 to {@code jobs}
 * @param jobs 0 or more
 */
record ErrorShare(long errors, long jobs) {
    private static final ErrorShare NONE = new ErrorShare(0, 1);

    /** The same; none of so few jobs that they say nothing. */
    ErrorShare ofAtLeast(int least) {
        return jobs < least ? NONE : this;
    }

    /** The higher of two, of one job or more. */
    ErrorShare or(ErrorShare other) {
        return Math.multiplyExact(errors, other.jobs) >= Math.multiplyExact(other.errors, jobs)
                ? this
                : other;
    }
}
