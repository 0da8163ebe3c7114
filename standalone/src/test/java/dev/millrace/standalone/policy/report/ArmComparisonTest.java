package dev.millrace.standalone.policy.report;

import static dev.millrace.standalone.policy.report.CostEventFixtures.NEW;
import static dev.millrace.standalone.policy.report.CostEventFixtures.OLD;
import static dev.millrace.standalone.policy.report.CostEventFixtures.RULE;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ArmComparisonTest {
    private final ArmComparison comparison = comparison(CostEventFixtures.POLICY);

    private static ArmComparison comparison(Policy policy) {
        return new ArmComparison(
                "default", "v7", policy, name -> Catalog.shipped().find(name).orElseThrow().name());
    }

    private ArmFigures arm(String model) {
        return requireNonNull(comparison.figures().get(2)).stream()
                .filter(it -> it.model().equals(model))
                .findFirst()
                .orElseThrow();
    }

    private void onEvents(CostEvent... events) {
        List.of(events).forEach(it -> comparison.onEvent(it, Instant.EPOCH));
    }

    @Nested
    class WithoutJobs {
        @Test
        void averagesAreNull() {
            assertThat(arm(NEW))
                    .isEqualTo(
                            new ArmFigures(
                                    NEW,
                                    NEW,
                                    new ArmFigures.Jobs(0, 0, 0, 0),
                                    new ArmFigures.Latency(null, null),
                                    new ArmFigures.Money(BigDecimal.ZERO, null, null)));
            assertThat(arm(NEW).jobs().errorPercent()).isNull();
        }

        @Test
        void onlyRulesWithASplitAreCompared() {
            assertThat(comparison.figures()).containsOnlyKeys(2);
            assertThat(comparison.hasSplit()).isTrue();
            assertThat(comparison(Policy.SHIPPED).hasSplit()).isFalse();
        }
    }

    @Nested
    class Money {
        @Test
        void isAddedExactly() {
            for (var i = 0; i < 1000; i++) {
                onEvents(CostEventFixtures.answer(RULE, NEW, "0.1000000000000000001", 5));
            }

            assertThat(arm(NEW).money().costUsd()).isEqualByComparingTo("100.0000000000000001");
        }

        @Test
        void isSavedWhenTheNewArmIsCheaper() {
            onEvents(
                    CostEventFixtures.answer(RULE, OLD, "0.02", 5),
                    CostEventFixtures.answer(RULE, OLD, "0.04", 5),
                    CostEventFixtures.answer(RULE, NEW, "0.01", 5),
                    CostEventFixtures.answer(RULE, NEW, "0.01", 5),
                    CostEventFixtures.answer(RULE, NEW, "0.02", 5));

            assertThat(arm(NEW).money().savedUsd()).isEqualByComparingTo("0.05");
            assertThat(arm(OLD).money().perJobUsd()).isEqualByComparingTo("0.03");
        }

        @Test
        void isLostWhenTheNewArmIsMoreExpensive() {
            onEvents(
                    CostEventFixtures.answer(RULE, OLD, "0.01", 5),
                    CostEventFixtures.answer(RULE, NEW, "0.03", 5));

            assertThat(arm(NEW).money().savedUsd()).isEqualByComparingTo("-0.02");
        }

        @Test
        void isComparedOnlyForARampedOrGuardedArm() {
            onEvents(
                    CostEventFixtures.answer(RULE, OLD, "0.01", 5),
                    CostEventFixtures.answer(RULE, NEW, "0.03", 5));

            assertThat(arm(OLD).money().savedUsd()).isNull();
        }

        @Test
        void isNotComparedWithoutJobsOfOtherArms() {
            onEvents(CostEventFixtures.answer(RULE, NEW, "0.03", 5));

            assertThat(arm(NEW).money().savedUsd()).isNull();
        }

        @Test
        void isRoundedToTwelveDecimalsByDivision() {
            onEvents(
                    CostEventFixtures.answer(RULE, OLD, "0.01", 5),
                    CostEventFixtures.answer(RULE, OLD, "0", 5),
                    CostEventFixtures.answer(RULE, OLD, "0", 5));

            assertThat(arm(OLD).money().perJobUsd()).isEqualByComparingTo("0.003333333333");
        }
    }

    @Nested
    class AJob {
        @Test
        void thatFailedIsAnErrorAndCosts() {
            onEvents(
                    CostEventFixtures.answer(RULE, NEW, "0.01", 100),
                    CostEventFixtures.answer(RULE, NEW, "0.01", 100),
                    CostEventFixtures.error(RULE, NEW, "server_error", "0.02"));

            assertThat(arm(NEW).jobs()).isEqualTo(new ArmFigures.Jobs(3, 1, 0, 0));
            assertThat(arm(NEW).jobs().errorPercent()).isEqualByComparingTo("33.33");
            assertThat(arm(NEW).money().costUsd()).isEqualByComparingTo("0.04");
            assertThat(arm(NEW).latency()).isEqualTo(new ArmFigures.Latency(100L, 100L));
        }

        @Test
        void thatFailedBeforeACallIsCountedSeparately() {
            onEvents(CostEventFixtures.withoutCall(RULE, NEW, "deadline_exceeded"));

            assertThat(arm(NEW).jobs()).isEqualTo(new ArmFigures.Jobs(0, 0, 0, 1));
        }

        @Test
        void answeredByAnotherModelIsAnErrorOfItsArm() {
            onEvents(CostEventFixtures.event(RULE, NEW, OLD, null, 2, "0.01", 900));

            assertThat(arm(NEW).jobs()).isEqualTo(new ArmFigures.Jobs(1, 1, 0, 0));
            assertThat(arm(NEW).latency().p50Millis()).isNull();
            assertThat(arm(OLD).jobs().counted()).isZero();
        }

        @Test
        void thatWasCancelledIsCountedSeparately() {
            onEvents(
                    CostEventFixtures.withoutCall(RULE, NEW, "cancelled"),
                    CostEventFixtures.error(RULE, NEW, "cancelled", "0.5"));

            assertThat(arm(NEW).jobs()).isEqualTo(new ArmFigures.Jobs(0, 0, 2, 0));
            assertThat(arm(NEW).money().costUsd()).isZero();
        }

        @Test
        void thatNeededNoCallIsCountedSeparately() {
            onEvents(CostEventFixtures.withoutCall(RULE, NEW, null));

            assertThat(arm(NEW).jobs()).isEqualTo(new ArmFigures.Jobs(0, 0, 0, 1));
        }

        @Test
        void ofAModelThatIsNotAnArmIsListedSeparately() {
            onEvents(CostEventFixtures.answer(RULE, "mystery", "0.01", 5));

            assertThat(requireNonNull(comparison.figures().get(2)))
                    .extracting(ArmFigures::model)
                    .containsExactly(OLD, NEW, "mystery");
        }

        @Test
        void ofAnArmNamedByAnAliasBelongsToTheArm() {
            var aliased =
                    comparison(
                            CostEventFixtures.policy(
                                    """
                                    - split: [ { model: gpt-4.1-turbo, weight: 1 }, { model: qwen-turbo, weight: 1 } ]
                                    """));

            aliased.onEvent(
                    CostEventFixtures.answer("default/1@v7", "gpt-4.1", "0.01", 5), Instant.EPOCH);

            assertThat(requireNonNull(aliased.figures().get(1)).getFirst())
                    .returns("gpt-4.1-turbo", ArmFigures::arm)
                    .returns(1L, it -> it.jobs().counted());
        }
    }

    @Nested
    class EventOfAnotherVersionOrRule {
        @Test
        void isIgnored() {
            onEvents(
                    CostEventFixtures.answer("default/2@v6", NEW, "1", 5),
                    CostEventFixtures.answer("default/1@v7", NEW, "1", 5),
                    CostEventFixtures.answer("other/2@v7", NEW, "1", 5),
                    CostEventFixtures.answer("catalog", NEW, "1", 5),
                    CostEventFixtures.withoutCall(RULE, NEW, null)
                            .with(JobEnd.unrouted("cancelled")));

            assertThat(requireNonNull(comparison.figures().get(2)))
                    .extracting(ArmFigures::jobs)
                    .containsOnly(new ArmFigures.Jobs(0, 0, 0, 0));
        }
    }
}
