package dev.millrace.router.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.Usd;
import dev.millrace.router.classify.Requests;
import dev.millrace.router.classify.RuleBasedClassifier;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class JobCostLimitsTest {
    /** 128 + 33 input tokens at 10 and 100 output tokens at 20 USD per million. */
    private static final String OPEN = "\"model\":\"open\",\"max_tokens\":100";

    private final PlannerScene scene = PlannerScene.of(PlannerTest.OPEN, PlannerTest.BOUND);

    @BeforeEach
    void useRealClassifier() {
        scene.classifier = new RuleBasedClassifier();
    }

    private Plan plan(String body, String options, boolean isUnderBudget) {
        var line = Requests.line("/v1/chat/completions", "{" + body + "}", options);
        var request =
                new JobRequest(JobId.of("acme", "b", "a"), "acme", line, isUnderBudget, () -> null);
        return scene.planner().plan(request, Optional.empty(), PlannerScene.NOW);
    }

    private Optional<JobCostLimit> costLimit(String body, String options, boolean isUnderBudget) {
        return PlannerScene.routed(plan(body, options, isUnderBudget)).costLimit();
    }

    private static String needed(Optional<JobCostLimit> costLimit) {
        return Usd.text(costLimit.orElseThrow().neededUsd());
    }

    private static String reserved(Optional<JobCostLimit> costLimit) {
        return Usd.text(costLimit.orElseThrow().reservedUsd());
    }

    @Test
    void jobThatNothingLimitsHasNoCostLimit() {
        assertThat(costLimit("\"model\":\"open\"", "{}", false)).isEmpty();
    }

    @Nested
    class UnderABudget {
        @Test
        void jobNeedsOneAttempt() {
            var costLimit = costLimit(OPEN, "{}", true).orElseThrow();

            assertThat(costLimit.attemptUsd()).hasSize(1);
            assertThat(costLimit.attemptUsd().getFirst()).isEqualByComparingTo("0.00361");
            assertThat(costLimit.reservedUsd()).isZero();
            assertThat(costLimit.neededUsd()).isEqualByComparingTo("0.00361");
        }

        @Test
        void jobThatLostAnAnswerNeedsAnotherAttempt() {
            var costLimit = costLimit(OPEN, "{}", true).orElseThrow();
            var called = costLimit.reserve(costLimit.neededUsd(), 0).spend(new BigDecimal("0.002"));

            assertThat(called.neededUsd()).isEqualByComparingTo("0.002");
        }

        @Test
        void dearestModelOfTheChainCounts() {
            var costLimit = costLimit("\"model\":\"bound\"", "{\"fallback\":[\"open\"]}", true);

            // 128 + 17 input tokens, and 1,000 or 4,096 output tokens.
            assertThat(costLimit.orElseThrow().attemptUsd())
                    .usingElementComparator(BigDecimal::compareTo)
                    .containsExactly(new BigDecimal("0.02145"), new BigDecimal("0.08337"));
            assertThat(needed(costLimit)).isEqualTo("0.08337");
        }

        @Test
        void jobReservesNoMoreThanItsCeiling() {
            var costLimit = costLimit(OPEN, "{\"max_cost_usd\":0.005}", true).orElseThrow();
            var called = costLimit.reserve(costLimit.neededUsd(), 0).spend(new BigDecimal("0.002"));

            assertThat(called.neededUsd()).isEqualByComparingTo("0.00139");
            assertThat(called.allowsAttemptAt(0)).isFalse();
        }

        @Test
        void addedOutputLimitBoundsAJobWithoutOne() {
            // 128 + 16 input tokens at 10 and 4,096 output tokens at 20 USD per million.
            assertThat(needed(costLimit("\"model\":\"open\"", "{}", true))).isEqualTo("0.08336");
        }

        @Test
        void addedOutputLimitReplacesANullOne() {
            assertThat(
                            PlannerScene.routed(
                                            plan(
                                                    "\"model\":\"open\",\"max_tokens\":null",
                                                    "{}",
                                                    true))
                                    .costLimit())
                    .isPresent();
        }

        @Test
        void fallbackWithANullOutputLimitHasTheAddedOne() {
            var routed =
                    PlannerScene.routed(
                            plan(
                                    "\"model\":\"bound\",\"max_tokens\":null",
                                    "{\"fallback\":[\"open\"]}",
                                    true));

            assertThat(routed.costLimit().orElseThrow().attemptUsd()).hasSize(2);
        }
    }

    @Nested
    class WithACeilingAlone {
        @Test
        void jobMaySpendAllOfIt() {
            assertThat(reserved(costLimit(OPEN, "{\"max_cost_usd\":1}", false))).isEqualTo("1");
        }
    }

    /** The price of the model {@code open} was doubled after the job was planned. */
    @Nested
    class AfterAPriceHasRisen {
        private final PlannerScene later =
                PlannerScene.of(Model.of("open", "openai", Price.of("20", "40")));

        private JobHeaders planned(String options) {
            var id = JobId.of("acme", "b", "a");
            return new JobHeaders(
                            new JobHeaders.Identity(id, "acme", "b", null),
                            new JobHeaders.Submission(Priority.NORMAL, null, PlannerScene.NOW),
                            new JobHeaders.Route("catalog", List.of("open"), 0))
                    .withCostLimit(costLimit(OPEN, options, true).orElseThrow());
        }

        private JobCostLimit current(PlannerScene at, @Nullable BigDecimal maxCostUsd) {
            return Objects.requireNonNull(
                    at.planner()
                            .atCurrentPrices(planned("{}"), 1, () -> maxCostUsd, PlannerScene.NOW)
                            .costLimit());
        }

        @Test
        void jobNeedsAnAttemptAtTheCurrentPrice() {
            assertThat(current(later, null).attemptUsd().getFirst())
                    .isEqualByComparingTo("0.00722");
            assertThat(current(later, null).neededUsd()).isEqualByComparingTo("0.00722");
        }

        @Test
        void jobKeepsItsCeiling() {
            assertThat(current(later, new BigDecimal("0.01")).maxUsd())
                    .isEqualByComparingTo("0.01");
        }

        @Test
        void equalPriceChangesNothing() {
            assertThat(current(scene, null)).isEqualTo(planned("{}").costLimit());
        }

        @Test
        void jobWhoseCeilingIsTooLowIsRejected() {
            JobHeaders job =
                    later.planner()
                            .atCurrentPrices(
                                    planned("{\"max_cost_usd\":0.005}"),
                                    1,
                                    () -> new BigDecimal("0.005"),
                                    PlannerScene.NOW);

            assertThat(Planner.ceilingRejection(job).orElseThrow().message())
                    .isEqualTo(
                            "the price of open has risen: one attempt may cost up to 0.00722 USD,"
                                    + " above max_cost_usd = 0.005");
            assertThat(Planner.ceilingRejection(planned("{}"))).isEmpty();
        }
    }
}
