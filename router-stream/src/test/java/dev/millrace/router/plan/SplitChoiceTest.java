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
import dev.millrace.router.policy.LivePolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Rules that split, with arms on trial or without. */
class SplitChoiceTest {
    private static final Model CHEAP = Scene.model("cheap", 1_000, Price.of("1", "1"));
    private static final Model ABLE =
            Scene.model("able", 10_000, Price.of("5", "5"), Capability.TOOLS);
    private static final Model LARGE =
            Scene.model("large", 100_000, Price.of("10", "10"), Capability.TOOLS);
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

    private final Scene scene = Scene.of(CHEAP, ABLE, LARGE);

    private String chosen(String options) {
        return Scene.routed(scene.auto(options)).model().name();
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
        void theArmOfTheJobIsChosen() {
            scene.policy(rule);

            assertThat(scene.auto("{}")).isEqualTo(new Plan.Routed(List.of(ABLE), "default/1@v7"));
        }

        @Test
        void anArmWhoseGuardWasBreachedIsLeftOut() {
            scene.policy(guarded);
            assertThat(chosen("{}")).isEqualTo("large");

            var policy = scene.live.orElseThrow().policy();
            scene.live =
                    Optional.of(new LivePolicy("default", "v7", policy, Map.of(), Set.of("large")));

            assertThat(Scene.routed(scene.auto("{}")).chain()).containsExactly(ABLE);
        }

        @Test
        void anArmOnTrialStandsInForNoOther() {
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
            scene.policy(little, Scene.use("cheap"));

            assertThat(scene.auto("{}")).isEqualTo(new Plan.Routed(List.of(CHEAP), "default/2@v7"));
        }

        @Test
        void anArmOnTrialIsNotTheCheapestOfAll() {
            scene.withoutTopics.add("able");
            var cheapestOnTrial =
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
            scene.policy(cheapestOnTrial, cheapest);

            assertThat(scene.auto("{}")).isEqualTo(new Plan.Routed(List.of(LARGE), "default/2@v7"));
        }

        @Test
        void anArmOnTrialGetsNoLongJobsOfOthers() {
            scene.profile =
                    KnownProfile.PLAIN.withTokens(
                            TokenCount.exactly(10_001), TokenCount.exactly(10));
            scene.policy(ofAnotherTenant(), guardedBehind(), Scene.use("cheap"));

            var plan = scene.plan(Scene.line("/v1/chat/completions", LONG_BODY, "{}"));

            assertThat(Scene.refused(plan).error()).isEqualTo(ErrorCode.CONTEXT_LENGTH_EXCEEDED);
        }

        private static Rule ofAnotherTenant() {
            return new Rule(
                    Optional.of(OF_ANOTHER_TENANT),
                    List.of("able"),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        /** The guarded one for jobs of somebody else. */
        private Rule guardedBehind() {
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
