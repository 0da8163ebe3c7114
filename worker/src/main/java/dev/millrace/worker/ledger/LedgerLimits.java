package dev.millrace.worker.ledger;

/**
 * The limits of a partition's ledger.
 *
 * <p>With the broker default of 4,096 characters and up to 8 attempts, 998 open jobs with gaps of
 * up to 2<sup>21</sup> fit. With more attempts each job takes more bits, and fewer jobs are
 * admitted: about 960 with 16 attempts and 870 with 100.
 *
 * @param limitChars maximum length of the metadata without its {@link TopicTag}, in characters; 55
 *     or more, which is always enough for one job
 * @param maxAttempts maximum number of calls for one job, 1 to 100
 */
public record LedgerLimits(int limitChars, int maxAttempts) {
    private static final int MIN_CHARS = 64 - TopicTag.CHARS;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public LedgerLimits {
        if (limitChars < MIN_CHARS) {
            throw new IllegalArgumentException(
                    "limit of metadata: must be %d or more, was %d"
                            .formatted(MIN_CHARS, limitChars));
        }
        if (maxAttempts < 1 || maxAttempts > OpenJob.MAX_ATTEMPTS) {
            throw new IllegalArgumentException(
                    "attempts: must be 1..%d, was %d".formatted(OpenJob.MAX_ATTEMPTS, maxAttempts));
        }
    }

    /** Returns the state of a job whose last attempt has ended. */
    int largestState() {
        return OpenJob.state(maxAttempts, false);
    }
}
