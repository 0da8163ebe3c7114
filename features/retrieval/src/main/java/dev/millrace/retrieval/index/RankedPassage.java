package dev.millrace.retrieval.index;

import java.util.OptionalDouble;

/**
 * The ranks of a passage by words and by meaning.
 *
 * @param passage number of the passage in the index
 * @param wordRank rank by words, from 1; 0 for none
 * @param vectorRank rank by meaning, from 1; 0 for none
 */
record RankedPassage(
        int passage, int wordRank, OptionalDouble bm25, int vectorRank, OptionalDouble cosine) {
    /**
     * The constant k of reciprocal rank fusion: a larger constant reduces the advantage of the
     * first ranks. 60 is the value of its authors: Cormack, Clarke and Büttcher, "Reciprocal Rank
     * Fusion outperforms Condorcet and individual Rank Learning Methods", SIGIR 2009.
     */
    private static final double RANK_CONSTANT = 60;

    static RankedPassage byWords(int passage, int rank, double bm25) {
        return new RankedPassage(passage, rank, OptionalDouble.of(bm25), 0, OptionalDouble.empty());
    }

    static RankedPassage byVector(int passage, int rank, double cosine) {
        return new RankedPassage(
                passage, 0, OptionalDouble.empty(), rank, OptionalDouble.of(cosine));
    }

    /** Returns this passage, found by words, joined with its result by meaning. */
    RankedPassage joined(RankedPassage other) {
        return new RankedPassage(passage, wordRank, bm25, other.vectorRank, other.cosine);
    }

    /** Returns the score that passages are ordered by. */
    double score(SearchMode mode) {
        return switch (mode) {
            case WORDS -> bm25.orElse(0);
            case VECTORS -> cosine.orElse(-1);
            case BOTH -> reciprocal(wordRank) + reciprocal(vectorRank);
        };
    }

    private static double reciprocal(int rank) {
        return rank == 0 ? 0 : 1 / (RANK_CONSTANT + rank);
    }
}
