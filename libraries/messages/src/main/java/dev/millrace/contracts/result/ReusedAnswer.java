package dev.millrace.contracts.result;

import dev.millrace.contracts.job.JobId;

/**
 * The reused answer to a similar question.
 *
 * @param job the called job, whose answer is reused
 * @param similarity cosine of the embeddings of both questions, from -1 to 1
 */
public record ReusedAnswer(JobId job, double similarity) {
    private static final double DECIMALS = 10_000;

    public ReusedAnswer {
        if (!(similarity >= -1 && similarity <= 1)) {
            throw new IllegalArgumentException("similarity must be -1 to 1, was " + similarity);
        }
    }

    /** Returns the similarity with four decimals, rounded down. */
    double shownSimilarity() {
        return Math.floor(similarity * DECIMALS) / DECIMALS;
    }
}
