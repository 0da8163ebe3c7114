package dev.millrace.router.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.catalog.Tier;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.policy.Cheapest;
import dev.millrace.contracts.policy.Complexity;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.contracts.policy.RuleCache;
import dev.millrace.contracts.policy.TaskType;
import dev.millrace.contracts.policy.When;
import dev.millrace.contracts.policy.When.Range;
import dev.millrace.router.classify.KnownProfile;
import dev.millrace.router.classify.Requests;
import dev.millrace.router.classify.token.TokenCount;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PolicyModelSelectorTest {
    private final PlannerScene scene =
            PlannerScene.of(PlannerScene.CHEAP, PlannerScene.ABLE, PlannerScene.LARGE);

    private static Rule when(When when, String... models) {
        return new Rule(
                Optional.of(when),
                List.of(models),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Rule cheapest(Cheapest cheapest) {
        return new Rule(
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.of(cheapest),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private String chosen(String options) {
        return PlannerScene.routed(scene.auto(options)).model().name();
    }

    @Nested
    class WhenRulesHaveConditions {
        @Test
        void firstMatchingRuleDecidesAndIsNamed() {
            scene.policy(
                    when(PlannerScene.tenant("other"), "cheap"),
                    when(PlannerScene.tenant("acme"), "able", "large"),
                    PlannerScene.use("cheap"));

            assertThat(scene.auto("{}"))
                    .isEqualTo(
                            new Plan.Routed(
                                    List.of(PlannerScene.ABLE, PlannerScene.LARGE),
                                    "default/2@v7"));
        }

        @Test
        void settingsOfTheCacheAreThoseOfTheDecidingRule() {
            var settings = new RuleCache(Optional.of(CacheMode.EXACT), Optional.empty());
            scene.policy(
                    when(PlannerScene.tenant("other"), "cheap"),
                    new Rule(
                            Optional.of(PlannerScene.tenant("acme")),
                            List.of("able"),
                            List.of(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of(settings)),
                    PlannerScene.use("cheap"));

            assertThat(PlannerScene.routed(scene.auto("{}")).cache()).contains(settings);
        }

        @Test
        void missingPriorityCountsAsNormal() {
            scene.policy(
                    when(
                            PlannerScene.condition(Set.of(Priority.NORMAL), Set.of(), Map.of()),
                            "able"),
                    PlannerScene.use("cheap"));

            assertThat(chosen("{}")).isEqualTo("able");
            assertThat(chosen("{\"priority\":\"low\"}")).isEqualTo("cheap");
        }

        @Test
        void metadataValuesAreComparedAsText() {
            scene.policy(
                    when(
                            PlannerScene.condition(
                                    Set.of(),
                                    Set.of(),
                                    Map.of("queue", Set.of("refunds", "7"), "vip", Set.of("true"))),
                            "able"),
                    PlannerScene.use("cheap"));

            assertThat(chosen("{\"metadata\":{\"queue\":\"refunds\",\"vip\":true}}"))
                    .isEqualTo("able");
            assertThat(chosen("{\"metadata\":{\"vip\":true,\"x\":{},\"queue\":7}}"))
                    .isEqualTo("able");
            assertThat(chosen("{\"metadata\":{\"queue\":\"refunds\"}}")).isEqualTo("cheap");
            assertThat(chosen("{\"metadata\":{\"queue\":[\"refunds\"],\"vip\":true}}"))
                    .isEqualTo("cheap");
            assertThat(chosen("{}")).isEqualTo("cheap");
        }

        @Test
        void restOfTheBudgetIsCompared() {
            scene.policy(when(PlannerScene.budgetLeft("5"), "able"), PlannerScene.use("cheap"));

            assertThat(chosen("{}")).isEqualTo("able");
            scene.budgetLeft = new BigDecimal("5.00");
            assertThat(chosen("{}")).isEqualTo("able");
            scene.budgetLeft = new BigDecimal("4.99");
            assertThat(chosen("{}")).isEqualTo("cheap");
        }

        @Test
        void allProfileConditionsMustMatch() {
            scene.policy(
                    when(
                            new When(
                                    Optional.of(true),
                                    Optional.of(true),
                                    Set.of("fr", "de"),
                                    Set.of(Complexity.COMPLEX),
                                    Set.of(TaskType.CODE),
                                    Set.of(Capability.TOOLS),
                                    Set.of(),
                                    Set.of(),
                                    Map.of(),
                                    Optional.empty(),
                                    Optional.of(new Range(OptionalLong.of(5), OptionalLong.of(9))),
                                    Optional.empty()),
                            "able"),
                    PlannerScene.use("cheap"));
            KnownProfile all =
                    KnownProfile.PLAIN
                            .withLatencySensitive(true)
                            .withReasoning(true)
                            .withLanguage("de")
                            .withComplexity(Complexity.COMPLEX)
                            .withTask(TaskType.CODE)
                            .withCapabilities(Set.of(Capability.TOOLS))
                            .withTokens(TokenCount.exactly(5), TokenCount.exactly(1));

            assertThat(chosenFor(all)).isEqualTo("able");
            assertThat(
                            List.of(
                                    all.withLatencySensitive(false),
                                    all.withReasoning(false),
                                    all.withLanguage("en"),
                                    all.withComplexity(Complexity.MODERATE),
                                    all.withTask(TaskType.CHAT),
                                    all.withCapabilities(Set.of()),
                                    all.withTokens(TokenCount.exactly(9), TokenCount.exactly(1))))
                    .allSatisfy(it -> assertThat(chosenFor(it)).isEqualTo("cheap"));
        }

        private String chosenFor(KnownProfile profile) {
            scene.profile = profile;
            return chosen("{}");
        }
    }

    @Nested
    class WhenModelsAreOutOfService {
        @Test
        void nextModelOfTheRuleReplacesThem() {
            scene.withoutTopics.add("able");
            scene.policy(PlannerScene.use("able", "large"));

            assertThat(chosen("{}")).isEqualTo("large");
        }

        @Test
        void ruleWithoutAModelInServiceIsSkipped() {
            scene.withoutTopics.add("able");
            scene.policy(PlannerScene.use("able"), PlannerScene.use("cheap"));

            assertThat(scene.auto("{}"))
                    .isEqualTo(new Plan.Routed(List.of(PlannerScene.CHEAP), "default/2@v7"));
        }

        @Test
        void jobIsPlannedForAModelWithoutTopicsIfNoOtherIsInService() {
            scene.withoutTopics.add("able");
            scene.policy(PlannerScene.use("able"));

            assertThat(chosen("{}")).isEqualTo("able");
        }

        @Test
        void jobIsRejectedIfNoRuleHasAModelWithAProvider() {
            scene.policy(PlannerScene.use("away"));

            var rejected = PlannerScene.rejected(scene.auto("{}"));
            assertThat(rejected.error()).isEqualTo(ErrorCode.UNKNOWN_MODEL);
            assertThat(rejected.message()).contains("default@v7");
        }
    }

    @Nested
    class WhenAJobIsTooLongForTheModelsOfItsRule {
        private Plan plan(long tokens) {
            scene.profile =
                    KnownProfile.PLAIN.withTokens(
                            TokenCount.exactly(tokens), TokenCount.exactly(10));
            return scene.plan(Requests.line("/v1/chat/completions", PlannerScene.LONG_BODY, "{}"));
        }

        @Test
        void firstLargeEnoughModelOfTheRuleGetsTheJob() {
            scene.policy(PlannerScene.use("cheap", "able", "large"));

            assertThat(PlannerScene.routed(plan(10_000)).chain())
                    .containsExactly(PlannerScene.ABLE, PlannerScene.LARGE);
        }

        @Test
        void largeEnoughModelOfAnotherRuleGetsTheJob() {
            scene.policy(when(PlannerScene.tenant("other"), "large"), PlannerScene.use("cheap"));

            assertThat(plan(10_001))
                    .isEqualTo(new Plan.Routed(List.of(PlannerScene.LARGE), "default/2@v7"));
        }

        /** Input plus limit exceeds the range of a long. */
        @Test
        void outputLimitThatOverflowsDoesNotFit() {
            String body =
                    PlannerScene.LONG_BODY.replace(
                            "\"model\"", "\"max_tokens\":" + Long.MAX_VALUE + ",\"model\"");
            scene.profile =
                    KnownProfile.PLAIN.withTokens(
                            TokenCount.exactly(1_001), TokenCount.exactly(10));
            scene.policy(PlannerScene.use("cheap"));

            assertThat(scene.plan(Requests.line("/v1/chat/completions", body, "{}")))
                    .isInstanceOfSatisfying(
                            Plan.Rejected.class,
                            it ->
                                    assertThat(it.error())
                                            .isEqualTo(ErrorCode.CONTEXT_LENGTH_EXCEEDED));
        }

        @Test
        void jobThatFitsNoModelIsRejectedWithTheNumbers() {
            scene.policy(PlannerScene.use("cheap"));

            assertThat(plan(1_001))
                    .isEqualTo(
                            new Plan.Rejected(
                                    ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                                    "the request has at least 1,001 input tokens and asks for 0"
                                            + " output tokens; the context window of cheap has"
                                            + " 1,000",
                                    "body"));
        }
    }

    @Nested
    class WhenARuleSelectsTheCheapest {
        @Test
        void eligibleModelsAreOrderedByCost() {
            scene.policy(cheapest(new Cheapest(List.of(), Set.of())));

            assertThat(PlannerScene.routed(scene.auto("{}")).chain())
                    .containsExactly(PlannerScene.CHEAP, PlannerScene.ABLE, PlannerScene.LARGE);
        }

        @Test
        void requiredCapabilitiesDecide() {
            scene.profile = KnownProfile.PLAIN.withCapabilities(Set.of(Capability.TOOLS));
            scene.policy(cheapest(new Cheapest(List.of(), Set.of())));

            assertThat(chosen("{}")).isEqualTo("able");
        }

        @Test
        void onlyNamedModelsAreConsidered() {
            scene.policy(cheapest(new Cheapest(List.of("large", "able"), Set.of())));

            assertThat(chosen("{}")).isEqualTo("able");
        }

        @Test
        void nextRuleDecidesIfNoModelIsEligible() {
            scene.profile = KnownProfile.PLAIN.withCapabilities(Set.of(Capability.TOOLS));
            scene.policy(
                    cheapest(new Cheapest(List.of("cheap"), Set.of())), PlannerScene.use("large"));

            assertThat(chosen("{}")).isEqualTo("large");
        }

        @Test
        void tierSelectsItsCheapestModel() {
            scene.policy(
                    new Rule(
                            Optional.empty(),
                            List.of(),
                            List.of(),
                            Optional.empty(),
                            Optional.of(Tier.PREMIUM),
                            Optional.empty(),
                            Optional.empty()),
                    cheapest(new Cheapest(List.of(), Set.of(Tier.BALANCED))));

            assertThat(scene.auto("{}"))
                    .isEqualTo(
                            new Plan.Routed(
                                    List.of(
                                            PlannerScene.CHEAP,
                                            PlannerScene.ABLE,
                                            PlannerScene.LARGE),
                                    "default/2@v7"));
        }
    }

    @Nested
    class WhenAJobNeedsMoreThanText {
        @Test
        void ruleWithoutACapableModelIsSkipped() {
            scene.profile = KnownProfile.PLAIN.withCapabilities(Set.of(Capability.TOOLS));
            scene.policy(
                    when(PlannerScene.tenant("acme"), "cheap"), PlannerScene.use("cheap", "able"));

            assertThat(scene.auto("{}"))
                    .isEqualTo(new Plan.Routed(List.of(PlannerScene.ABLE), "default/2@v7"));
        }

        @Test
        void firstRuleDecidesIfNoModelIsCapable() {
            scene.profile = KnownProfile.PLAIN.withCapabilities(Set.of(Capability.IMAGES));
            scene.policy(PlannerScene.use("cheap"));

            assertThat(chosen("{}")).isEqualTo("cheap");
        }
    }
}
