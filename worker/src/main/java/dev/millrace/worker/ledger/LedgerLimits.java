package dev.millrace.worker.ledger;

/**
 * What the ledger of a partition keeps within.
 *
 * <p>With the 4,096 characters that brokers allow by default and up to 8 attempts, 998 open jobs
 * with gaps of up to 2<sup>21</sup> have room. With more attempts each job takes more bits, and
 * fewer are admitted: about 960 with 16 attempts and 870 with 100.
 *
 * @param limitChars longest metadata without its {@link TopicTag}, in characters; 55 or more, of
 *     which one job always has room
 * @param maxAttempts calls for one job at most, 1 to 100
 */
public record LedgerLimits(int limitChars, int maxAttempts) {
    private static final int LEAST_CHARS = 64 - TopicTag.CHARS;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException when one is not kept
     */
    public LedgerLimits {
        if (limitChars < LEAST_CHARS) {
            throw new IllegalArgumentException(
                    "limit of metadata: must be %d or more, was %d"
                            .formatted(LEAST_CHARS, limitChars));
        }
        if (maxAttempts < 1 || maxAttempts > OpenJob.MOST_ATTEMPTS) {
            throw new IllegalArgumentException(
                    "attempts: must be 1..%d, was %d"
                            .formatted(OpenJob.MOST_ATTEMPTS, maxAttempts));
        }
    }

    /** The state of a job whose last attempt has ended. */
    int largestState() {
        return OpenJob.state(maxAttempts, false);
    }
}
