package dev.millrace.router.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.classify.Requests;
import dev.millrace.router.classify.RuleBasedClassifier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The checks of {@code max_cost_usd}. */
class PlannerCostCeilingTest {
    private final PlannerScene scene =
            PlannerScene.of(PlannerTest.OPEN, PlannerTest.BOUND, PlannerTest.VECTOR);

    @BeforeEach
    void useRealClassifier() {
        scene.classifier = new RuleBasedClassifier();
    }

    private Plan plan(String model, String fields, String ceiling) {
        return scene.plan(
                Requests.line(
                        "/v1/chat/completions",
                        "{\"model\":\"" + model + "\"" + fields + "}",
                        "{\"max_cost_usd\":" + ceiling + "}"));
    }

    @Test
    void jobIsRoutedIfItsWorstCaseCostsLess() {
        // 128 + 33 input tokens at 10 and 100 output tokens at 20 USD per million.
        assertThat(plan("open", ",\"max_tokens\":100", "0.00361")).isInstanceOf(Plan.Routed.class);
    }

    @Test
    void jobIsRejectedWithTheNumbersIfItMayCostMore() {
        assertThat(PlannerScene.rejected(plan("open", ",\"max_tokens\":100", "0.003609")))
                .isEqualTo(
                        new Plan.Rejected(
                                ErrorCode.BUDGET_EXCEEDED,
                                "one attempt at open may cost up to 0.00361 USD (161 input and"
                                        + " 100 output tokens at most), above max_cost_usd ="
                                        + " 0.003609",
                                "millrace.max_cost_usd"));
    }

    @Test
    void everyRequestedAnswerCounts() {
        assertThat(
                        PlannerScene.rejected(plan("open", ",\"max_tokens\":100,\"n\":3", "0.005"))
                                .message())
                .contains("300 output tokens");
    }

    @Test
    void outputLimitOfTheModelCountsForAJobWithoutOne() {
        assertThat(PlannerScene.rejected(plan("bound", "", "0.01")).message())
                .contains("1000 output tokens");
    }

    @Test
    void addedOutputLimitCountsIfNeitherHasOne() {
        assertThat(PlannerScene.rejected(plan("open", "", "0.01")).message())
                .contains("4096 output tokens");
        assertThat(plan("open", "", "0.1")).isInstanceOf(Plan.Routed.class);
    }

    @Test
    void addedOutputLimitReplacesANullOne() {
        assertThat(PlannerScene.rejected(plan("open", ",\"max_tokens\":null", "0.01")).message())
                .contains("4096 output tokens");
        assertThat(plan("open", ",\"max_tokens\":null", "0.1")).isInstanceOf(Plan.Routed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",\"messages\":[{\"content\":[{\"image_url\":{}}]}]",
                ",\"messages\":[{\"content\":[{\"\\u0066ile\":{}}]}]",
                ",\"previous_response_id\":\"r\"",
                ",\"prompt\":{\"id\":\"p\"}",
                ",\"tools\":[{\"type\":\"function\"},7,{\"type\":\"mcp\"}]",
            })
    void inputOutsideTheBodyIsBoundedByTheWindow(String fields) {
        assertThat(PlannerScene.rejected(plan("bound", fields, "0.5")).message())
                .contains("100000 input and 1000 output tokens");
        assertThat(
                        PlannerScene.rejected(plan("open", fields + ",\"max_tokens\":1", "1000"))
                                .message())
                .contains("nothing limits its input tokens");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",\"tools\":[{\"type\":\"function\",\"function\":{\"parameters\":{\"type\":\"object\"}}}]",
                ",\"tools\":[{\"name\":\"n\"}],\"prompt\":\"text\"",
                ",\"prompt\":[[1,2],[3]]",
            })
    void plainTextIsBoundedByItsBytes(String fields) {
        assertThat(plan("open", fields + ",\"max_tokens\":1", "0.03"))
                .isInstanceOf(Plan.Routed.class);
    }

    @Test
    void everyPromptOfACompletionCounts() {
        var line =
                Requests.line(
                        "/v1/completions",
                        "{\"model\":\"open\",\"prompt\":[\"a\",\"b\",\"c\"],\"max_tokens\":100}",
                        "{\"max_cost_usd\":0.001}");

        assertThat(PlannerScene.rejected(scene.plan(line)).message()).contains("300 output tokens");
    }

    @Test
    void embeddingsHaveNoOutput() {
        var line =
                Requests.line(
                        "/v1/embeddings",
                        "{\"model\":\"vector\",\"input\":\"text\"}",
                        "{\"max_cost_usd\":0.02}");

        assertThat(scene.plan(line)).isInstanceOf(Plan.Routed.class);
    }
}
