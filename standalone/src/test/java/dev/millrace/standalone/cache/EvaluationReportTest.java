package dev.millrace.standalone.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.RouterConfig.SemanticCache.Guard;
import dev.millrace.similarity.evaluation.LabelledPair;
import dev.millrace.similarity.evaluation.ScoredPair;
import dev.millrace.similarity.paraphrase.Wording;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationReportTest {
    private static final List<ScoredPair> PAIRS =
            List.of(
                    pair(1, 0.97f, true, "How do I pay?", "How can I pay?"),
                    pair(2, 0.96f, false, "Sales in 2023", "Sales in 2024"));

    private static ScoredPair pair(long line, float cosine, boolean isSame, String a, String b) {
        return new ScoredPair(
                new LabelledPair(line, a, b, isSame), cosine, Wording.of(a), Wording.of(b));
    }

    @Test
    void tableHasALineForEachThreshold() {
        var report = new EvaluationReport(PAIRS, List.of(0.955, 0.98), Guard.STRICT);

        assertThat(report.lines(true))
                .containsExactly(
                        "2 pairs, 1 with the same answer; guard strict",
                        "threshold   hits  hit rate  wrong  precision  95 % interval",
                        "    0.955      1    50.0 %      0    100.0 %  20.7 to 100.0 %",
                        "     0.98      0");
    }

    @Test
    void wrongHitsAreListed() {
        var report = new EvaluationReport(PAIRS, List.of(0.9), Guard.NONE);

        assertThat(report.lines(true))
                .last()
                .isEqualTo("line 2, cosine 0.960: Sales in 2023 | Sales in 2024");
        assertThat(report.lines(false)).hasSize(3);
    }

    @Test
    void jsonHasTheSameFigures() {
        assertThat(new EvaluationReport(PAIRS, List.of(0.9), Guard.NONE).json(false))
                .startsWith(
                        "{\"pairs\":2,\"same\":1,\"guard\":\"none\",\"thresholds\":[{\"threshold\":0.9,"
                                + "\"hits\":2,\"wrong\":1,\"hit_rate\":1.0,\"precision\":0.5,");
    }
}
