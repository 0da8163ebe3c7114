package dev.millrace.standalone.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Problem;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PolicyFileTest {
    @Nested
    class WhenAFileIsAWholeConfiguration {
        @Test
        void readsOnlyItsPolicies() {
            var policies =
                    PolicyFile.parse(
                            "m.yaml",
                            """
                            providers:
                              openai: { wire: openai, base_url: "https://h", api_key: "${KEY}" }
                            whatever: { it: is }
                            policies:
                              quick: { rules: [ { use: [gpt-4.1-turbo] } ] }
                              default: { rules: [ { use: [deepseek-flash] }, { cheapest: {} } ] }
                            """,
                            Catalog.shipped());

            assertThat(policies.keySet()).containsExactly("quick", "default");
            assertThat(policies)
                    .containsEntry("default", new Policy(Policy.SHIPPED.rules().subList(5, 7)));
        }
    }

    @Nested
    class WhenAFileIsInvalid {
        @Test
        void reportsEveryProblemWithFileAndLine() {
            assertThat(
                            problems(
                                    """
                                    policies:
                                      a/b: { rules: [ { use: [gpt-4.1] } ] }
                                      one:
                                        rules:
                                          - when: { complexity: hard }
                                            use: [gpt-4.2]
                                          - when: { budget_left_usd: { at_least: 1 } }
                                            tier: premium
                                          - use: ["${MODEL}"]
                                      two: {}
                                    """))
                    .containsExactly(
                            "m.yaml:2: policies.a/b: must have a name of up to 100 letters, digits, dots, dashes and underscores",
                            "m.yaml:5: policies.one.rules[0].when.complexity: must be simple or moderate or complex, was hard",
                            "m.yaml:6: policies.one.rules[0].use: must be one of models, but \"gpt-4.2\" is not, did you mean gpt-4.1?",
                            "m.yaml:9: policies.one.rules[2].use[0]: must be written out: ${…} is not replaced here",
                            "m.yaml:10: policies.two.rules: must have at least one rule");
        }

        @Test
        void rejectsTwoArmsOfOneModel() {
            assertThat(
                            problems(
                                    """
                                    policies:
                                      one:
                                        rules:
                                          - split:
                                              - { model: gpt-4.1-turbo, weight: 90 }
                                              - { model: gpt-4.1, weight: 10 }
                                    """))
                    .containsExactly(
                            "m.yaml:4: policies.one.rules[0].split: must name each model once:"
                                    + " gpt-4.1-turbo and gpt-4.1 are the same model");
        }

        @Test
        void requiresAPoliciesSection() {
            assertThat(problems("rules: [ { use: [gpt-4.1] } ]"))
                    .containsExactly(
                            "m.yaml:1: policies: is required, with a policy under each name");
        }

        private static List<String> problems(String yaml) {
            var thrown =
                    catchThrowableOfType(
                            ConfigException.class,
                            () -> PolicyFile.parse("m.yaml", yaml, Catalog.shipped()));
            return thrown.problems().stream().map(Problem::toString).toList();
        }
    }
}
