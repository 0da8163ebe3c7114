package dev.millrace.configuration.loading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.When.AtLeast;
import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Problem;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {
    /** The seven models of the example catalog, in alphabetical order. */
    private static final Catalog ARTICLES =
            Catalog.of(
                    CatalogReader.load(Path.of("..", "..", "examples", "articles.yaml"), Map.of())
                            .models()
                            .stream()
                            .filter(
                                    it ->
                                            Set.of(
                                                            "claude-opus-4",
                                                            "claude-sonnet-4.5",
                                                            "deepseek-v3.2",
                                                            "gemini-2.5-flash",
                                                            "gemini-3.1-pro",
                                                            "gpt-4.1",
                                                            "qwen-turbo")
                                                    .contains(it.name()))
                            .sorted(Comparator.comparing(Model::name))
                            .toList());

    @Nested
    class TheShippedPolicy {
        @Test
        void selectsAnyModelIfNoneOfItsOwnIsInService() {
            assertThat(Policy.SHIPPED.selectableModels(Catalog.shipped()))
                    .extracting(Model::name)
                    .startsWith("qwen-turbo", "deepseek-flash", "gemini-2.5-flash", "gpt-4.1")
                    .containsAll(Catalog.shipped().models().stream().map(Model::name).toList());
        }

        @Test
        void hasTheSameFingerprintOnEveryMachine() {
            assertThat(Policy.SHIPPED.fingerprint()).isEqualTo("b469c96a");
        }

        @Test
        void equalsItsTextInAFile() {
            assertThat(Policy.SHIPPED.text())
                    .isEqualTo(
                            """
                            rules:
                              - when: { latency_sensitive: true }
                                use: [qwen-turbo]
                              - when: { language: ["zh"], complexity: [simple, moderate] }
                                use: [deepseek-flash]
                              - when: { complexity: [simple] }
                                use: [qwen-turbo]
                              - when: { complexity: [moderate], max_cost_usd: { at_least: 0.05 } }
                                use: [gemini-2.5-flash]
                              - when: { complexity: [complex], max_cost_usd: { at_least: 0.1 } }
                                use: [gpt-4.1]
                              - use: [deepseek-flash]
                              - cheapest: {}
                            """);
        }
    }

    @Nested
    class APolicyWithEveryKey {
        private final Policy policy =
                policy(
                        """
                                mine:
                                  rules:
                                    - when:
                                        latency_sensitive: false
                                        reasoning: true
                                        language: [de, zh]
                                        complexity: complex
                                        task: [code, math]
                                        capabilities: [tools, images]
                                        priority: low
                                        tenant: acme
                                        metadata: { queue: [refunds, 7], vip: true }
                                        max_cost_usd: { at_least: 0.100 }
                                        input_tokens: { at_least: 100, below: 200 }
                                      cheapest: { among: [gpt-4.1, qwen-turbo], tier: [premium, economy] }
                                    - when: { input_tokens: { below: 5 } }
                                      split: [ { model: gpt-4.1, weight: 90 }, { model: qwen-turbo, weight: 10 } ]
                                      ramp: { arm: qwen-turbo, steps: [1, 2.5, 10], each: { good_results: 500, time: 90m } }
                                      guard: { arm: qwen-turbo, error_rate: 5, p95_ratio: 2, cost_ratio: 3.5, over: 200 }
                                    - tier: economy
                                      cache: { mode: deterministic, shared: true }
                                """);

        @Test
        void isWrittenWithEveryKey() {
            assertThat(policy.text())
                    .isEqualTo(
                            """
                            rules:
                              - when: { latency_sensitive: false, reasoning: true, language: ["de", "zh"], complexity: [complex], task: [code, math], capabilities: [tools, images], priority: [low], tenant: [acme], metadata: { queue: ["7", refunds], "vip": ["true"] }, max_cost_usd: { at_least: 0.1 }, input_tokens: { at_least: 100, below: 200 } }
                                cheapest: { among: [gpt-4.1, qwen-turbo], tier: [premium, economy] }
                              - when: { input_tokens: { below: 5 } }
                                split: [{ model: gpt-4.1, weight: 90 }, { model: qwen-turbo, weight: 10 }]
                                ramp: { arm: qwen-turbo, steps: [1, 2.5, 10], each: { good_results: 500, time: 90m } }
                                guard: { arm: qwen-turbo, error_rate: 5, p95_ratio: 2, cost_ratio: 3.5, over: 200 }
                              - tier: economy
                                cache: { mode: deterministic, shared: true }
                            """);
        }

        @Test
        void selectsNamedModelsAndAllOfATier() {
            assertThat(policy.selectableModels(ARTICLES))
                    .extracting(Model::name)
                    .containsExactly("gpt-4.1", "qwen-turbo", "deepseek-v3.2");
        }
    }

    @Nested
    class CheapestWithATier {
        @Test
        void selectsOnlyModelsOfTheTier() {
            var policy = policy("mine: { rules: [ { cheapest: { tier: balanced } } ] }");

            assertThat(policy.selectableModels(ARTICLES))
                    .extracting(Model::name)
                    .containsExactly("gemini-2.5-flash", "gemini-3.1-pro");
        }
    }

    @Nested
    class WhenARuleIsInvalid {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{} | use: is required, or exactly one of split, cheapest and tier instead",
                    "{ use: [gpt-4.1], tier: economy } | use: is required, or exactly one of split, cheapest and tier instead",
                    "{ use: [gpt-4.1, gpt-4.1] } | use: must name each model once",
                    "{ when: {}, use: [gpt-4.1] } | when: must have a condition; omit it if the rule always applies",
                    "{ when: { language: chinese }, use: [gpt-4.1] } | when.language: must be ISO 639 codes such as en or zh",
                    "{ when: { metadata: { queue: [] } }, use: [gpt-4.1] } | when.metadata: must have at least one value for each key",
                    "{ when: { task: cooking }, use: [gpt-4.1] } | when.task: must be chat or code or extraction or summarization or translation or classification or math or embedding, was cooking",
                    "{ when: { input_tokens: {} }, use: [gpt-4.1] } | when.input_tokens.at_least: is required, unless below is set",
                    "{ when: { input_tokens: { at_least: 9, below: 9 } }, use: [gpt-4.1] } | when.input_tokens.below: must be above at_least, and 1 or more",
                    "{ when: { max_cost_usd: { at_least: -1 } }, use: [gpt-4.1] } | when.max_cost_usd.at_least: must be 0 or more",
                    "{ split: [ { model: gpt-4.1, weight: 1 } ] } | split: must have 2 to 32 arms",
                    "{ split: [ { model: gpt-4.1, weight: 1 }, { model: gpt-4.1, weight: 1 } ] } | split: must name each model once",
                    "{ split: [ { model: gpt-4.1, weight: 0 }, { model: qwen-turbo, weight: 0 } ] } | split: must have an arm with a weight above 0",
                    "{ cheapest: { among: [gpt-4.1, gpt-4.1] } } | cheapest.among: must name each model once",
                    "{ use: [gpt-4.1], cache: {} } | cache.mode: is required, unless shared is set",
                    "{ use: [gpt-4.1], cache: { mode: always } } | cache.mode: must be none or exact or semantic or deterministic, was always",
                    "{ use: [gpt-4.1], cache: { shared: maybe } } | cache.shared: must be true or false, was maybe",
                    "{ use: [gpt-4.1], cache: { ttl: 1h } } | cache.ttl: is not a known key, known keys are mode, shared",
                    "{ use: [gpt-4.1], ramp: { arm: gpt-4.1, steps: [1], each: { time: 1h } } } | ramp: requires split",
                    "{ use: [gpt-4.1], guard: { arm: gpt-4.1, error_rate: 1, over: 1 } } | guard: requires split",
                })
        void reportsWhatIsExpected(String rule, String expected) {
            assertThat(problems(rule)).first().isEqualTo("policies.mine.rules[0]." + expected);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "ramp: { arm: gemini-2.5-flash, steps: [1], each: { time: 1h } } | ramp: must name an arm of split",
                    "ramp: { arm: qwen-turbo, steps: [], each: { time: 1h } } | ramp.steps: must be 1 to 100 percentages above 0 and up to 100",
                    "ramp: { arm: qwen-turbo, steps: [1, 101], each: { time: 1h } } | ramp.steps: must be 1 to 100 percentages above 0 and up to 100",
                    "ramp: { arm: qwen-turbo, steps: [5, 1], each: { time: 1h } } | ramp.steps: must increase from step to step",
                    "ramp: { arm: qwen-turbo, steps: [5], each: {} } | ramp.each.good_results: is required, unless time is set",
                    "ramp: { arm: qwen-turbo, steps: [5], each: { good_results: 0 } } | ramp.each.good_results: must be 1 to 1000000000, was 0",
                    "ramp: { arm: qwen-turbo, steps: [5], each: { time: 366d } } | ramp.each.time: must be 1ms to 365d",
                    "guard: { arm: gemini-2.5-flash, error_rate: 5, over: 10 } | guard: must name an arm of split",
                    "guard: { arm: qwen-turbo, over: 10 } | guard.error_rate: is required, unless p95_ratio or cost_ratio is set",
                    "guard: { arm: qwen-turbo, error_rate: 0, over: 10 } | guard.error_rate: must be above 0 and up to 100 percent",
                    "guard: { arm: qwen-turbo, p95_ratio: 0, over: 10 } | guard.p95_ratio: must be above 0",
                    "guard: { arm: qwen-turbo, cost_ratio: -1, over: 10 } | guard.cost_ratio: must be above 0",
                    "guard: { arm: qwen-turbo, error_rate: 5, over: 10001 } | guard.over: must be 1 to 10000, was 10001",
                })
        void reportsWhatASplitExpects(String part, String expected) {
            var split =
                    "split: [ { model: gpt-4.1, weight: 9 }, { model: qwen-turbo, weight: 1 } ]";

            assertThat(problems("{ " + split + ", " + part + " }"))
                    .first()
                    .isEqualTo("policies.mine.rules[0]." + expected);
        }

        @Test
        void requiresAnotherArmWithWeight() {
            var split =
                    "split: [ { model: gpt-4.1, weight: 0 }, { model: qwen-turbo, weight: 1 } ]";

            assertThat(
                            problems(
                                    "{ "
                                            + split
                                            + ", guard: { arm: qwen-turbo, error_rate: 5, over: 9 } }"))
                    .containsExactly(
                            "policies.mine.rules[0].guard: must leave another arm with a weight above 0");
        }
    }

    @Nested
    class AnAmountBound {
        @Test
        void includesTheAmountItself() {
            var bound = new AtLeast(new BigDecimal("0.050"));

            assertThat(bound).isEqualTo(new AtLeast(new BigDecimal("0.05")));
            assertThat(bound.holds(new BigDecimal("0.05"))).isTrue();
            assertThat(bound.holds(new BigDecimal("0.0499"))).isFalse();
        }
    }

    private static List<String> problems(String rule) {
        var thrown =
                catchThrowableOfType(
                        ConfigException.class, () -> policy("mine: { rules: [ " + rule + " ] }"));
        assertThat(thrown).as(rule).isNotNull();
        return thrown.problems().stream()
                .map(Problem::toString)
                .map(it -> it.substring(it.indexOf(' ') + 1))
                .toList();
    }

    private static Policy policy(String entries) {
        var yaml =
                "policies:\n"
                        + String.join(
                                "\n",
                                Arrays.stream(entries.split("\n")).map(it -> "  " + it).toList());
        return new ConfigLoader(Map.of()).parse("m.yaml", yaml).policy("mine").orElseThrow();
    }
}
