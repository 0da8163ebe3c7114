package dev.millrace.configuration.loading;

import static dev.millrace.configuration.loading.InvalidFile.problems;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages about invalid models and about references to undefined names. */
class InvalidNameTest {
    @Nested
    class WhenTwoNamesMeetInOneTopic {
        private static String models(String first, String second) {
            String model = "  \"%s\": { provider: p, price: { input: 1, output: 2 } }%n";
            return "providers: { p: { wire: openai, base_url: \"http://h/v1\", api_key: none-needed } }\nmodels:\n"
                    + model.formatted(first)
                    + model.formatted(second);
        }

        @ParameterizedTest
        @CsvSource({"qwen2.5,qwen2_5", "a/b,a:b", "a b,a_b"})
        void rejectsTheSecondAndNamesBoth(String first, String second) {
            assertThat(problems(models(first, second)))
                    .singleElement()
                    .asString()
                    .contains("models." + second + ": must have another name than models." + first);
        }

        @Test
        void acceptsNamesThatDifferInCase() {
            assertThat(new ConfigLoader(Map.of()).parse("m.yaml", models("Mini", "mini")))
                    .isNotNull();
        }

        @Test
        void rejectsATooLongName() {
            assertThat(problems(models("n".repeat(240), "m")))
                    .singleElement()
                    .asString()
                    .contains("must be shorter");
        }

        @Test
        void rejectsRequestTopicsThatKafkaTakesForOne() {
            assertThat(problems("request_topics: { a.b: {}, a_b: { tenant: t } }"))
                    .singleElement()
                    .asString()
                    .contains("request_topics.a_b: must have another name than request_topics.a.b");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "millrace.results",
                    "millrace_dead-letters",
                    "millrace.control",
                    "millrace.jobs.gpt-4.1.normal",
                    "millrace.jobs.no-such-model.bulk",
                    "millrace.router-cache-changelog",
                    "millrace.router-requests-repartition"
                })
        void rejectsARequestTopicThatIsAnOwnTopicOfThePipeline(String topic) {
            assertThat(problems("request_topics: { ok: {}, %s: {} }".formatted(topic)))
                    .containsExactly(
                            "m.yaml:1: request_topics.%s: must have another name: by topics.prefix, the pipeline has this topic for itself"
                                    .formatted(topic));
        }

        @Test
        void comparesRequestTopicsWithTheConfiguredPrefix() {
            assertThat(problems("topics: { prefix: a. }\nrequest_topics: { a.quota: {} }"))
                    .containsExactly(
                            "m.yaml:2: request_topics.a.quota: must have another name: by topics.prefix, the pipeline has this topic for itself");
            assertThat(
                            new ConfigLoader(Map.of())
                                    .parse(
                                            "m.yaml",
                                            "topics: { prefix: a. }\n"
                                                    + "request_topics: { a.router-requests: {}, millrace.quota: {} }"))
                    .isNotNull();
        }
    }

    @Nested
    class WhenAModelIsInvalid {
        @Test
        void requiresProviderAndPriceOfANewModel() {
            assertThat(problems("models:\n  my-model:\n    tier: economy\n"))
                    .containsExactly(
                            "m.yaml:2: models.my-model.provider: is required: the name of one of the providers",
                            "m.yaml:2: models.my-model.price: is required: input and output in US dollars per million tokens");
        }

        @Test
        void requiresEachPartOfAPrice() {
            assertThat(
                            problems(
                                    """
                                    models:
                                      gpt-4.1:
                                        price: { input: -1, cached_input: cheap, above: { input_tokens: 0, input: 1 } }
                                    """))
                    .containsExactlyInAnyOrder(
                            "m.yaml:3: models.gpt-4.1.price.output: is missing",
                            "m.yaml:3: models.gpt-4.1.price.cached_input: must be a number, was cheap",
                            "m.yaml:3: models.gpt-4.1.price.above.output: is missing",
                            "m.yaml:3: models.gpt-4.1.price.above.input_tokens: must be 1 or more, was 0",
                            "m.yaml:3: models.gpt-4.1.price.input: must be 0 to 1000000 US dollars per million tokens");
        }

        @Test
        void rejectsAnUnknownProvider() {
            assertThat(
                            problems(
                                    """
                                    providers:
                                      openai: { wire: openai, base_url: "https://api.openai.com/v1" }
                                    models:
                                      mine: { provider: opnai, price: { input: 1, output: 2 } }
                                    """))
                    .containsExactly(
                            "m.yaml:4: models.mine.provider: must be one of providers, but \"opnai\" is not, did you mean openai?");
        }

        @Test
        void rejectsNamesOfOtherModels() {
            assertThat(problems("models:\n  qwen-turbo:\n    aliases: [gpt-4.1-turbo, gpt-4.1]\n"))
                    .containsExactly(
                            "m.yaml:3: models.qwen-turbo.aliases: must be unique, but gpt-4.1-turbo already refers to gpt-4.1",
                            "m.yaml:3: models.qwen-turbo.aliases: must be unique, but gpt-4.1 already refers to gpt-4.1");
        }

        @Test
        void rejectsAChainWithAnUnknownModel() {
            assertThat(problems("models:\n  qwen-turbo:\n    fallback: [qwen-max]\n"))
                    .contains(
                            "m.yaml:3: models.qwen-turbo.fallback: must name models of the catalog, but qwen-max is not one");
        }
    }

    @Nested
    class WhenAnotherNameIsUndefined {
        @Test
        void rejectsEmbeddingsOfAnUnknownModel() {
            assertThat(problems("retrieval: { embeddings: text-embedding-3-smal }"))
                    .containsExactly(
                            "m.yaml:1: retrieval.embeddings: must be one of models, but"
                                    + " \"text-embedding-3-smal\" is not, did you mean"
                                    + " text-embedding-3-small?");
        }

        @Test
        void rejectsEmbeddingsOfAModelThatComputesNone() {
            assertThat(problems("retrieval: { embeddings: gpt-4.1 }"))
                    .containsExactly(
                            "m.yaml:1: retrieval.embeddings: must be local or a model whose urls"
                                    + " have /v1/embeddings; gpt-4.1 has none");
        }

        @Test
        void rejectsUnknownModelsAndPolicies() {
            assertThat(
                            problems(
                                    """
                                    worker: { models: [gpt-4.2] }
                                    router: { default_policy: cheep }
                                    policies:
                                      cheap: { rules: [ { use: [quen-turbo, deepseek-v4-flash] } ] }
                                    """))
                    .containsExactly(
                            "m.yaml:1: worker.models: must be one of models, but \"gpt-4.2\" is not, did you mean gpt-4.1?",
                            "m.yaml:2: router.default_policy: must be one of policies, but \"cheep\" is not, did you mean cheap?",
                            "m.yaml:4: policies.cheap.rules[0].use: must be one of models, but \"quen-turbo\" is not, did you mean qwen-turbo?");
        }

        @Test
        void rejectsTwoNamesOfOneModelInASplit() {
            assertThat(
                            problems(
                                    """
                                    models:
                                      qwen-turbo: { aliases: [my] }
                                    policies:
                                      both:
                                        rules:
                                          - split:
                                              - { model: qwen-turbo, weight: 1 }
                                              - { model: gpt-4.1, weight: 1 }
                                              - { model: my, weight: 1 }
                                    """))
                    .containsExactly(
                            "m.yaml:6: policies.both.rules[0].split: must name each model once: qwen-turbo and my are the same model");
        }

        @Test
        void rejectsUnknownModelsInEveryKindOfRule() {
            assertThat(
                            problems(
                                    """
                                    policies:
                                      mine:
                                        rules:
                                          - when: { reasoning: true }
                                            split:
                                              - { model: gpt-4.1, weight: 1 }
                                              - { model: gpt-4.2, weight: 1 }
                                          - cheapest: { among: [quen-turbo] }
                                    """))
                    .containsExactly(
                            "m.yaml:5: policies.mine.rules[0].split: must be one of models, but \"gpt-4.2\" is not, did you mean gpt-4.1?",
                            "m.yaml:8: policies.mine.rules[1].cheapest.among: must be one of models, but \"quen-turbo\" is not, did you mean qwen-turbo?");
        }

        @Test
        void rejectsUnreachableRules() {
            assertThat(
                            problems(
                                    "policies: { default: { rules: [ { use: [gpt-4.1] }, { when: { reasoning: true }, use: [qwen-turbo] } ] } }"))
                    .containsExactly(
                            "m.yaml:1: policies.default.rules: must not have a rule with when after a rule without when, which always matches");
        }

        @Test
        void rejectsAnAliasAsTheModelOfAWorker() {
            assertThat(problems("worker: { models: gpt-4.1-turbo }"))
                    .singleElement()
                    .asString()
                    .contains("is not, known names are");
        }

        @Test
        void reportsAnInvalidModelOnlyInItsOwnSection() {
            assertThat(
                            problems(
                                    """
                                    models:
                                      mine: { price: { input: 1, output: 2 }, aliases: [my] }
                                    policies:
                                      default: { rules: [ { use: [mine, my] } ] }
                                    """))
                    .containsExactly(
                            "m.yaml:2: models.mine.provider: is required: the name of one of the providers");
        }
    }
}
