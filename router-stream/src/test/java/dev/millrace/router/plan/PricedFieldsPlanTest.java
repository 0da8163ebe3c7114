package dev.millrace.router.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.money.Price;
import dev.millrace.router.classify.Requests;
import dev.millrace.router.classify.RuleBasedClassifier;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs whose bodies have fields with separate costs beyond tokens. */
class PricedFieldsPlanTest {
    private static final Price PRICE =
            new Price(
                    BigDecimal.TWO,
                    BigDecimal.TWO,
                    BigDecimal.TWO,
                    BigDecimal.TWO,
                    BigDecimal.TEN,
                    List.of(),
                    Map.of("flex", Price.of("1", "5"), "priority", Price.of("4", "20")),
                    Map.of("web_search", new BigDecimal("0.01")),
                    Optional.empty());

    private final PlannerScene scene =
            PlannerScene.of(
                    PlannerScene.model("tiered", 100_000, PRICE),
                    PlannerScene.model("plain", 100_000, Price.of("2", "10")));

    @BeforeEach
    void useRealClassifier() {
        scene.classifier = new RuleBasedClassifier();
    }

    private Plan plan(String url, String body, boolean isUnderBudget) {
        var line = Requests.line(url, "{" + body + ",\"max_tokens\":100}", "{}");
        return scene.planner()
                .plan(
                        new JobRequest(
                                JobId.of("acme", "b", "a"),
                                "acme",
                                line,
                                isUnderBudget,
                                () -> null),
                        Optional.empty(),
                        PlannerScene.NOW);
    }

    private BigDecimal attemptUsd(String body) {
        return limit(body).attemptUsd().getFirst();
    }

    private JobCostLimit limit(String body) {
        return PlannerScene.routed(plan("/v1/chat/completions", body, true))
                .costLimit()
                .orElseThrow();
    }

    private static String tier(String model, String tier) {
        return "\"model\":\"" + model + "\",\"service_tier\":\"" + tier + "\"";
    }

    @Nested
    class UnderABudget {
        /** Gives each body an equal length. */
        @ParameterizedTest
        @CsvSource({"priority, 2", "default , 1", "flex    , 0.5", "auto    , 2"})
        void tierThatTheBodyAsksForIsReserved(String tier, BigDecimal factor) {
            String padding = " ".repeat(8 - tier.length());

            assertThat(attemptUsd(tier("tiered", tier) + padding))
                    .isEqualByComparingTo(
                            attemptUsd(tier("plain", "standard") + " ").multiply(factor));
        }

        @Test
        void reservationAtNewPricesIsThatOfTheTier() {
            assertThat(limit(tier("tiered", "priority")).attemptTokens().getFirst().tier())
                    .isEqualTo("priority");
        }

        @Test
        void tierWithoutAPriceIsRefused() {
            var rejected =
                    PlannerScene.rejected(
                            plan("/v1/chat/completions", tier("plain", "flex"), true));

            assertThat(rejected.error()).isEqualTo(ErrorCode.BUDGET_EXCEEDED);
            assertThat(rejected.param()).isEqualTo("body.service_tier");
            assertThat(rejected.message())
                    .isEqualTo(
                            "no budget can cover an attempt at plain: the catalog has no price for"
                                    + " the service tier flex (price.tiers); add it, or leave the"
                                    + " field out");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "plain  | {\"type\":\"web_search_20250305\",\"max_uses\":2} | the provider runs its tool web_search",
                    "tiered | {\"type\":\"web_search_20250305\"} | nothing limits how often",
                    "tiered | {\"type\":\"code_interpreter\"} | no price for a call",
                })
        void toolWithoutAPriceOrALimitIsRefused(String model, String tool, String reason) {
            String body = "\"model\":\"" + model + "\",\"tools\":[" + tool + "]";

            var rejected = PlannerScene.rejected(plan("/v1/messages", body, true));

            assertThat(rejected.error()).isEqualTo(ErrorCode.BUDGET_EXCEEDED);
            assertThat(rejected.param()).isEqualTo("body.tools");
            assertThat(rejected.message()).contains(reason);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"type\":\"web_search_20250305\",\"max_uses\":2}",
                    "{\"type\":\"web_search_20250305\",\"max_uses\":1},"
                            + "{\"type\":\"web_search_20260209\",\"max_uses\":1}",
                })
        void callsOfToolsAndTheInputThatIsReadAgainAreReserved(String tools) {
            String body = "\"model\":\"tiered\",\"tools\":[" + tools + "]";

            var limit =
                    PlannerScene.routed(plan("/v1/messages", body, true)).costLimit().orElseThrow();

            // Three times the window at 2, 100 output tokens at 10, and two searches.
            assertThat(limit.attemptUsd().getFirst()).isEqualByComparingTo("0.621");
        }

        @Test
        void otherFieldsAreRefused() {
            var rejected =
                    PlannerScene.rejected(
                            plan(
                                    "/v1/chat/completions",
                                    "\"model\":\"tiered\",\"web_search_options\":{}",
                                    true));

            assertThat(rejected.param()).isEqualTo("body.web_search_options");
        }
    }

    @Test
    void withoutABudgetNothingIsRefused() {
        assertThat(
                        PlannerScene.routed(
                                        plan("/v1/chat/completions", tier("plain", "flex"), false))
                                .costLimit())
                .isEmpty();
    }
}
