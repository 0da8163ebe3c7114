package dev.millrace.router.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.job.JobId;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.classify.Requests;
import dev.millrace.router.classify.RuleBasedClassifier;
import dev.millrace.router.plan.JobRequest;
import dev.millrace.router.plan.Plan;
import dev.millrace.router.plan.Planner;
import dev.millrace.router.plan.ServiceableModels;
import dev.millrace.router.policy.ActivePolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ConfiguredFeaturesTest {
    private static final Classifier OF_SCRIPTS = new RuleBasedClassifier();
    private static final Classifier OF_ALL_LANGUAGES =
            Classifier.load(List.of((_, _) -> Optional.empty()));

    private static MillraceConfig config(String text) {
        return new ConfigLoader(Map.of()).parse("test", text);
    }

    private static MillraceConfig language(String code) {
        return config(
                "policies: { mine: { rules: [ { when: { language: [zh, %s] }, use: [gpt-4.1] } ] } }"
                        .formatted(code));
    }

    @Nested
    class ABudgetOfATenant {
        private final MillraceConfig config =
                config("tenants: { acme: { budget: { limit_usd: 5 } }, default: {} }");

        @Test
        void needsTheFeature() {
            assertThat(ConfiguredFeatures.missing(config, List.of(), OF_ALL_LANGUAGES))
                    .contains(
                            "tenants.acme.budget needs the feature \"budget\", which this router"
                                    + " does not have");
        }

        @Test
        void isFulfilledByTheFeature() {
            var budgets =
                    new RouterFeature() {
                        @Override
                        public Set<FeatureOption> options() {
                            return Set.of(FeatureOption.BATCH_LIMIT);
                        }
                    };

            assertThat(ConfiguredFeatures.missing(config, List.of(budgets), OF_ALL_LANGUAGES))
                    .isEmpty();
        }
    }

    @Nested
    class APolicyWithALanguage {
        @Test
        void needsTheFeatureIfOthersShareTheScript() {
            assertThat(ConfiguredFeatures.missing(language("fr"), List.of(), OF_SCRIPTS))
                    .contains(
                            "policies.mine: the language fr needs the feature \"language\", which"
                                    + " this router does not have");
            assertThat(ConfiguredFeatures.missing(language("fr"), List.of(), OF_ALL_LANGUAGES))
                    .isEmpty();
        }

        @Test
        void needsNothingIfTheScriptDecides() {
            assertThat(ConfiguredFeatures.missing(language("ja"), List.of(), OF_SCRIPTS)).isEmpty();
        }

        @Test
        void fromControlRefusesItsJobs() {
            var policy = ActivePolicy.of("mine", "v2", language("fr").policy("mine").orElseThrow());

            assertThat(plan(OF_SCRIPTS, policy))
                    .isInstanceOfSatisfying(
                            Plan.Rejected.class,
                            it ->
                                    assertThat(it.message())
                                            .isEqualTo(
                                                    "the policy mine@v2 selects no model: the"
                                                            + " language fr needs the feature"
                                                            + " \"language\", which this router does"
                                                            + " not have"));
            assertThat(plan(OF_ALL_LANGUAGES, policy))
                    .isInstanceOfSatisfying(
                            Plan.Rejected.class,
                            it -> assertThat(it.message()).doesNotContain("needs the feature"));
        }

        private static Plan plan(Classifier classifier, ActivePolicy policy) {
            var planner =
                    new Planner(
                            ServiceableModels.of(config(""), List.of()),
                            _ -> Optional.empty(),
                            classifier);
            var job =
                    new JobRequest(
                            JobId.of("acme", "b", "a"), "acme", Requests.chat("Bonjour à tous"));
            return planner.plan(job, Optional.of(policy), Requests.NOW);
        }
    }

    @Test
    void defaultsNeedNoFeature() {
        assertThat(ConfiguredFeatures.missing(config(""), List.of(), OF_SCRIPTS)).isEmpty();
    }
}
