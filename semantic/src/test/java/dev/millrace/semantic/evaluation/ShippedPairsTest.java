package dev.millrace.semantic.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.semantic.embedding.EmbeddingModel;
import dev.millrace.semantic.paraphrase.GuardMode;
import dev.millrace.semantic.paraphrase.ParaphraseGuard;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Measures the settings that Millrace ships with on the pairs that it ships. */
class ShippedPairsTest {
    private static final Path PAIRS = Path.of("..", "examples", "paraphrases.jsonl");
    private static final double SHIPPED_THRESHOLD = 0.95;

    private static List<ScoredPair> pairs;

    @BeforeAll
    static void score() throws IOException {
        try (BufferedReader file = Files.newBufferedReader(PAIRS);
                var model = EmbeddingModel.load()) {
            pairs = PairReader.read(file).stream().map(new PairScorer(model)::score).toList();
        }
    }

    private static Evaluation evaluate(double threshold, GuardMode mode) {
        return Evaluation.of(pairs, threshold, new ParaphraseGuard(mode));
    }

    @Test
    void shippedSettingsArePrecise() {
        Evaluation shipped = evaluate(SHIPPED_THRESHOLD, GuardMode.STRICT);

        assertThat(shipped.precision()).isGreaterThanOrEqualTo(0.98);
        assertThat(shipped.hits()).isGreaterThan(30);
    }

    @Test
    void guardKeepsItsPrecisionAtLowerThresholds() {
        assertThat(evaluate(0.85, GuardMode.STRICT).precision()).isGreaterThanOrEqualTo(0.98);
    }

    @Test
    void thresholdAloneIsNotPrecise() {
        assertThat(evaluate(SHIPPED_THRESHOLD, GuardMode.NONE).precision()).isLessThan(0.6);
    }
}
