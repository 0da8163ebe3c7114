package dev.millrace.router.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.money.Price;
import dev.millrace.router.classify.Requests;
import dev.millrace.router.classify.RuleBasedClassifier;
import dev.millrace.router.plan.Plan;
import dev.millrace.router.plan.PlannerScene;
import java.math.BigDecimal;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SplitPlanningTest {
    private static final Model TINY = PlannerScene.model("tiny", 150, Price.of("1", "1"));
    private static final Model SMALL = PlannerScene.model("small", 2_000, Price.of("1", "2"));
    private static final Model MEDIUM = PlannerScene.model("medium", 4_000, Price.of("1", "2"));
    private static final String DOCUMENT = "Nothing happened on that day. ".repeat(1_000);

    private final PlannerScene scene = scene(TINY, SMALL, MEDIUM);

    @BeforeEach
    void useRealClassifier() {
        scene.classifier = new RuleBasedClassifier();
    }

    private static PlannerScene scene(Model... models) {
        return PlannerScene.of(DocumentPlanning::ofForecast, models);
    }

    private Plan plan(String model, String options, String more) {
        return plan(scene, model, options, more);
    }

    private static Plan plan(PlannerScene at, String model, String options, String more) {
        return at.plan(
                Requests.line(
                        "/v1/chat/completions",
                        """
                        {"model":"%s","max_tokens":100%s,"messages":[{"role":"user","content":"%s"}]}"""
                                .formatted(model, more, DOCUMENT),
                        options));
    }

    private static SplitPlan split(Plan.Routed plan) {
        return SplitPlan.parse(plan.split().orElseThrow());
    }

    private static Plan.Routed routed(Plan plan) {
        return PlannerScene.routed(plan);
    }

    @Nested
    class ADocumentThatExceedsTheWindow {
        @Test
        void isSplitForItsModel() {
            Plan.Routed plan = routed(plan("small", "{\"split\":{}}", ""));
            SplitPlan split = split(plan);

            assertThat(plan.chain()).containsExactly(SMALL);
            assertThat(split.parts()).hasSizeBetween(4, 8);
            assertThat(split.joins()).isPositive();
        }

        @Test
        void isRejectedWithoutSplit() {
            assertThat(PlannerScene.rejected(plan("small", "{}", "")).error())
                    .isEqualTo(ErrorCode.CONTEXT_LENGTH_EXCEEDED);
        }

        @Test
        void isRejectedIfThePartsWouldHaveSeveralAnswers() {
            Plan.Rejected rejected =
                    PlannerScene.rejected(plan("small", "{\"split\":{}}", ",\"n\":3"));

            assertThat(rejected.error()).isEqualTo(ErrorCode.VALIDATION_ERROR);
            assertThat(rejected.param()).isEqualTo("body.n");
        }

        @Test
        void isRejectedIfTheWindowLeavesNoRoom() {
            assertThat(PlannerScene.rejected(plan("tiny", "{\"split\":{}}", "")).error())
                    .isEqualTo(ErrorCode.CONTEXT_LENGTH_EXCEEDED);
        }

        @Test
        void keepsFallbacksThatAreLargeEnoughForAPart() {
            assertThat(
                            routed(
                                            plan(
                                                    "small",
                                                    "{\"split\":{},\"fallback\":[\"medium\",\"tiny\"]}",
                                                    ""))
                                    .chain())
                    .containsExactly(SMALL, MEDIUM);
            assertThat(
                            routed(plan("medium", "{\"split\":{},\"fallback\":[\"small\"]}", ""))
                                    .chain())
                    .containsExactly(MEDIUM);
        }
    }

    @Nested
    class AHighestCost {
        @Test
        void countsAllCalls() {
            Plan.Routed plan = routed(plan("small", "{\"split\":{},\"max_cost_usd\":1}", ""));
            int calls = split(plan).calls();

            // At most the window of 2,000 and 100 tokens of output for each call.
            assertThat(plan.costLimit().orElseThrow().attemptUsd().getFirst())
                    .isEqualByComparingTo(
                            new BigDecimal("0.0022").multiply(BigDecimal.valueOf(calls)));
            assertThat(plan.costLimit().orElseThrow().reservedUsd()).isEqualByComparingTo("1");
        }

        /** The document is longer than the threshold, but no call is. */
        @Test
        void hasTheRatesOfEachCallsLength() {
            Price price =
                    new Price(
                            new BigDecimal("1"),
                            new BigDecimal("1"),
                            new BigDecimal("1"),
                            new BigDecimal("2"),
                            Optional.of(
                                    new Price.LongContext(
                                            3_000,
                                            new BigDecimal("10"),
                                            new BigDecimal("10"),
                                            new BigDecimal("10"),
                                            new BigDecimal("10"),
                                            new BigDecimal("20"))));
            var scene = scene(PlannerScene.model("small", 2_000, price));
            scene.classifier = new RuleBasedClassifier();
            Plan.Routed plan =
                    routed(plan(scene, "small", "{\"split\":{},\"max_cost_usd\":1}", ""));
            int calls = split(plan).calls();
            BigDecimal expected = new BigDecimal("0.0022").multiply(BigDecimal.valueOf(calls));

            assertThat(plan.costLimit().orElseThrow().attemptUsd().getFirst())
                    .isEqualByComparingTo(expected);
        }

        @Test
        void belowAllCallsIsRejected() {
            Plan.Rejected rejected =
                    PlannerScene.rejected(
                            plan("small", "{\"split\":{},\"max_cost_usd\":0.01}", ""));

            assertThat(rejected.error()).isEqualTo(ErrorCode.BUDGET_EXCEEDED);
            assertThat(rejected.message())
                    .contains("parts of the document", "above max_cost_usd = 0.01");
        }
    }

    @Nested
    class AGivenSize {
        @Test
        void thatGivesTooManyPartsIsRejected() {
            var line =
                    Requests.line(
                            "/v1/chat/completions",
                            """
                            {"model":"medium","messages":[{"role":"user","content":"%s"}]}"""
                                    .formatted(DOCUMENT.repeat(20)),
                            "{\"split\":{\"size\":100}}");

            Plan.Rejected rejected = PlannerScene.rejected(scene.plan(line));
            assertThat(rejected.error()).isEqualTo(ErrorCode.VALIDATION_ERROR);
            assertThat(rejected.param()).isEqualTo("millrace.split.size");
        }

        @Test
        void aboveTheWindowIsTheWindow() {
            assertThat(routed(plan("small", "{\"split\":{\"size\":50000}}", "")).split())
                    .isEqualTo(routed(plan("small", "{\"split\":{}}", "")).split());
        }
    }
}
