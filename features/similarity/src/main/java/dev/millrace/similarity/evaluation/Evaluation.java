package dev.millrace.similarity.evaluation;

import dev.millrace.similarity.paraphrase.EqualMeaning;
import java.util.List;

/**
 * Counts the pairs that a cache with given settings would treat as equal.
 *
 * @param pairs number of all pairs
 * @param hits number of pairs treated as equal
 * @param wrong number of hits whose questions have different answers
 */
public record Evaluation(int pairs, int hits, int wrong) {
    /** Counts the pairs of equal meaning as hits. */
    public static Evaluation of(List<ScoredPair> pairs, EqualMeaning rule) {
        List<ScoredPair> hits =
                pairs.stream().filter(it -> rule.of(it.cosine(), it.a(), it.b())).toList();
        long wrong = hits.stream().filter(it -> !it.pair().isSame()).count();
        return new Evaluation(pairs.size(), hits.size(), Math.toIntExact(wrong));
    }

    /** Returns the part of all pairs that are hits, from 0 to 1; 0 without pairs. */
    public double hitRate() {
        return pairs == 0 ? 0 : (double) hits / pairs;
    }

    /** Returns the part of the hits that are right, from 0 to 1; 1 without hits. */
    public double precision() {
        return hits == 0 ? 1 : 1 - (double) wrong / hits;
    }

    /** Returns the least precision that is compatible with the counts, at 95 %; 0 without hits. */
    public double leastPrecision() {
        return interval().low();
    }

    /** Returns the highest precision that is compatible with the counts, at 95 %. */
    public double highestPrecision() {
        return interval().high();
    }

    private WilsonInterval interval() {
        return WilsonInterval.of(hits - wrong, wrong);
    }
}
