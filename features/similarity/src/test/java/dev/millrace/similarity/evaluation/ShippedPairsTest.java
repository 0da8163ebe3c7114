package dev.millrace.similarity.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.similarity.embedding.EmbeddingModel;
import dev.millrace.similarity.paraphrase.EqualMeaning;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Measures the settings that Millrace ships with on the pairs that it ships. */
@Tag("long")
class ShippedPairsTest {
    private static final Path EXAMPLES = Path.of("..", "..", "examples");
    private static final double SHIPPED_THRESHOLD = 0.95;

    /** Pairs that the guard was developed with. */
    private static List<ScoredPair> developed;

    /** Pairs that were written before any change of the guard, and never shaped it. */
    private static List<ScoredPair> heldOut;

    @BeforeAll
    static void score() throws IOException {
        try (var model = EmbeddingModel.load()) {
            var scorer = new PairScorer(model);
            developed = score("paraphrases.jsonl", scorer);
            heldOut = score("paraphrases-held-out.jsonl", scorer);
        }
    }

    private static List<ScoredPair> score(String name, PairScorer scorer) throws IOException {
        try (BufferedReader file = Files.newBufferedReader(EXAMPLES.resolve(name))) {
            return PairReader.read(file).stream().map(scorer::score).toList();
        }
    }

    private static Evaluation evaluate(
            List<ScoredPair> pairs, double threshold, boolean isGuarded) {
        return Evaluation.of(pairs, new EqualMeaning((float) threshold, isGuarded));
    }

    @Test
    void shippedSettingsArePreciseOnHeldOutPairs() {
        Evaluation shipped = evaluate(heldOut, SHIPPED_THRESHOLD, true);

        assertThat(shipped.leastPrecision()).isGreaterThanOrEqualTo(0.98);
        assertThat(shipped.hits()).isGreaterThan(350);
    }

    @Test
    void shippedSettingsMakeAtMostOneMistakeInDevelopedPairs() {
        assertThat(evaluate(developed, SHIPPED_THRESHOLD, true).wrong()).isLessThan(2);
    }

    @Test
    void guardKeepsItsPrecisionAtLowerThresholds() {
        assertThat(evaluate(developed, 0.85, true).precision()).isGreaterThanOrEqualTo(0.98);
    }

    @Test
    void thresholdAloneIsNotPrecise() {
        assertThat(evaluate(developed, SHIPPED_THRESHOLD, false).precision()).isLessThan(0.75);
    }
}
