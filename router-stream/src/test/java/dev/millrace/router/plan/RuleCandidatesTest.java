package dev.millrace.router.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.policy.Arm;
import dev.millrace.contracts.policy.Cheapest;
import dev.millrace.contracts.policy.Guard;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.router.classify.KnownProfile;
import dev.millrace.router.classify.Requests;
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
    private final PlannerScene scene =
            PlannerScene.of(PlannerScene.CHEAP, PlannerScene.ABLE, PlannerScene.LARGE);

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

            assertThat(scene.auto("{}"))
                    .isEqualTo(new Plan.Routed(List.of(PlannerScene.ABLE), "default/1@v7"));
        }

        @Test
        void trippedArmIsExcluded() {
            scene.policy(guarded);
            assertThat(chosen("{}")).isEqualTo("large");

            var policy = scene.active.orElseThrow().policy();
            scene.active =
                    Optional.of(
                            new ActivePolicy("default", "v7", policy, Map.of(), Set.of("large")));

            assertThat(PlannerScene.routed(scene.auto("{}")).chain())
                    .containsExactly(PlannerScene.ABLE);
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

            assertThat(scene.auto("{}"))
                    .isEqualTo(new Plan.Routed(List.of(PlannerScene.CHEAP), "default/2@v7"));
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

            assertThat(scene.auto("{}"))
                    .isEqualTo(new Plan.Routed(List.of(PlannerScene.LARGE), "default/2@v7"));
        }

        @Test
        void canaryGetsNoLongJobsOfOtherArms() {
            scene.profile =
                    KnownProfile.PLAIN.withTokens(
                            TokenCount.exactly(10_001), TokenCount.exactly(10));
            scene.policy(
                    ruleOfAnotherTenant(), guardedForAnotherTenant(), PlannerScene.use("cheap"));

            var plan =
                    scene.plan(Requests.line("/v1/chat/completions", PlannerScene.LONG_BODY, "{}"));

            assertThat(PlannerScene.rejected(plan).error())
                    .isEqualTo(ErrorCode.CONTEXT_LENGTH_EXCEEDED);
        }

        private static Rule ruleOfAnotherTenant() {
            return new Rule(
                    Optional.of(PlannerScene.tenant("other")),
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
                    Optional.of(PlannerScene.tenant("other")),
                    List.of(),
                    guarded.split(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    guarded.guard());
        }
    }
}
