package dev.millrace.router.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.policy.Arm;
import dev.millrace.contracts.policy.Cheapest;
import dev.millrace.contracts.policy.Guard;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.contracts.policy.When;
import dev.millrace.router.classify.KnownProfile;
import dev.millrace.router.classify.token.TokenCount;
import dev.millrace.router.policy.ActivePolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests of rules that split, with and without canaries. */
class RuleCandidatesTest {
    private static final Model CHEAP = PlannerScene.model("cheap", 1_000, Price.of("1", "1"));
    private static final Model ABLE =
            PlannerScene.model("able", 10_000, Price.of("5", "5"), Capability.TOOLS);
    private static final Model LARGE =
            PlannerScene.model("large", 100_000, Price.of("10", "10"), Capability.TOOLS);
    private static final String LONG_BODY =
            "{\"model\":\"auto\",\"messages\":[{\"content\":\"" + "x".repeat(20_000) + "\"}]}";

    private static final When OF_ANOTHER_TENANT =
            new When(
                    Optional.empty(),
                    Optional.empty(),
                    Set.of(),
                    Set.of(),
                    Set.of(),
                    Set.of(),
                    Set.of(),
                    Set.of("other"),
                    Map.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    private final PlannerScene scene = PlannerScene.of(CHEAP, ABLE, LARGE);

    private String chosen(String options) {
        return PlannerScene.routed(scene.auto(options)).model().name();
    }

    @Nested
    class WhenARuleSplits {
        private final Rule rule =
                new Rule(
                        Optional.empty(),
                        List.of(),
                        List.of(new Arm("able", 1), new Arm("large", 0)),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
        private final Rule guarded =
                new Rule(
                        Optional.empty(),
                        List.of(),
                        List.of(new Arm("able", 1), new Arm("large", 1_000_000)),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(
                                new Guard(
                                        "large",
                                        Optional.of(1.0),
                                        Optional.empty(),
                                        Optional.empty(),
                                        10)));

        @Test
        void armOfTheJobComesFirst() {
            scene.policy(rule);

            assertThat(scene.auto("{}")).isEqualTo(new Plan.Routed(List.of(ABLE), "default/1@v7"));
        }

        @Test
        void trippedArmIsExcluded() {
            scene.policy(guarded);
            assertThat(chosen("{}")).isEqualTo("large");

            var policy = scene.active.orElseThrow().policy();
            scene.active =
                    Optional.of(
                            new ActivePolicy("default", "v7", policy, Map.of(), Set.of("large")));

            assertThat(PlannerScene.routed(scene.auto("{}")).chain()).containsExactly(ABLE);
        }

        @Test
        void canaryNeverReplacesAnotherArm() {
            scene.withoutTopics.add("able");
            var little =
                    new Rule(
                            Optional.empty(),
                            List.of(),
                            List.of(new Arm("able", 1_000_000), new Arm("large", 1)),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            guarded.guard());
            scene.policy(little, PlannerScene.use("cheap"));

            assertThat(scene.auto("{}")).isEqualTo(new Plan.Routed(List.of(CHEAP), "default/2@v7"));
        }

        @Test
        void canaryIsNoCandidateForTheCheapestModel() {
            scene.withoutTopics.add("able");
            var cheapIsCanary =
                    new Rule(
                            Optional.empty(),
                            List.of(),
                            List.of(new Arm("able", 1_000_000), new Arm("cheap", 1)),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of(
                                    new Guard(
                                            "cheap",
                                            Optional.of(1.0),
                                            Optional.empty(),
                                            Optional.empty(),
                                            10)));
            var cheapest =
                    new Rule(
                            Optional.empty(),
                            List.of(),
                            List.of(),
                            Optional.of(new Cheapest(List.of(), Set.of())),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty());
            scene.policy(cheapIsCanary, cheapest);

            assertThat(scene.auto("{}")).isEqualTo(new Plan.Routed(List.of(LARGE), "default/2@v7"));
        }

        @Test
        void canaryGetsNoLongJobsOfOtherArms() {
            scene.profile =
                    KnownProfile.PLAIN.withTokens(
                            TokenCount.exactly(10_001), TokenCount.exactly(10));
            scene.policy(
                    ruleOfAnotherTenant(), guardedForAnotherTenant(), PlannerScene.use("cheap"));

            var plan = scene.plan(PlannerScene.line("/v1/chat/completions", LONG_BODY, "{}"));

            assertThat(PlannerScene.rejected(plan).error())
                    .isEqualTo(ErrorCode.CONTEXT_LENGTH_EXCEEDED);
        }

        private static Rule ruleOfAnotherTenant() {
            return new Rule(
                    Optional.of(OF_ANOTHER_TENANT),
                    List.of("able"),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        /** Returns the guarded rule, for jobs of another tenant. */
        private Rule guardedForAnotherTenant() {
            return new Rule(
                    Optional.of(OF_ANOTHER_TENANT),
                    List.of(),
                    guarded.split(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    guarded.guard());
        }
    }
}
