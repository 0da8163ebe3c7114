package dev.millrace.similarity.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.millrace.similarity.paraphrase.EqualMeaning;
import dev.millrace.similarity.paraphrase.Wording;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationTest {
    private static ScoredPair pair(float cosine, boolean isSame, String a, String b) {
        return new ScoredPair(
                new LabelledPair(1, a, b, isSame), cosine, Wording.of(a), Wording.of(b));
    }

    private static final List<ScoredPair> PAIRS =
            List.of(
                    pair(0.97f, true, "How do I pay?", "How can I pay?"),
                    pair(0.96f, false, "Sales in 2023", "Sales in 2024"),
                    pair(0.90f, true, "How do I pay?", "How to pay"));

    @Test
    void pairsBelowTheThresholdAreNoHits() {
        assertThat(Evaluation.of(PAIRS, new EqualMeaning(0.95f, false)))
                .isEqualTo(new Evaluation(3, 2, 1));
    }

    @Test
    void guardRefusesHits() {

        assertThat(Evaluation.of(PAIRS, new EqualMeaning(0.95f, true)))
                .isEqualTo(new Evaluation(3, 1, 0));
        assertThat(Evaluation.of(PAIRS, new EqualMeaning(0.5f, true)))
                .isEqualTo(new Evaluation(3, 2, 0));
    }

    /** The interval of 98 of 100 is the textbook's. */
    @Test
    void intervalIsWilsons() {
        var evaluation = new Evaluation(200, 100, 2);

        assertThat(evaluation.precision()).isEqualTo(0.98);
        assertThat(evaluation.hitRate()).isEqualTo(0.5);
        assertThat(evaluation.leastPrecision()).isCloseTo(0.9300, offset(5e-4));
        assertThat(evaluation.highestPrecision()).isCloseTo(0.9945, offset(5e-4));
    }

    @Test
    void withoutHitsNothingIsKnown() {
        var evaluation = new Evaluation(0, 0, 0);

        assertThat(evaluation.hitRate()).isZero();
        assertThat(evaluation.leastPrecision()).isZero();
        assertThat(evaluation.highestPrecision()).isEqualTo(1);
    }
}
