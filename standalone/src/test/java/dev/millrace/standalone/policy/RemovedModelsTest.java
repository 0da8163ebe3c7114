package dev.millrace.standalone.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.PolicyReader;
import dev.millrace.contracts.policy.Policy;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RemovedModelsTest {
    private static Policy policy(String rules) {
        var yaml = "policies: { p: { rules: [ " + rules + " ] } }";
        return PolicyReader.parse("test", yaml, Catalog.shipped()).values().iterator().next();
    }

    private static RemovedModels removed(String from, String to) {
        return RemovedModels.of(policy(from), policy(to), Catalog.shipped());
    }

    @Nested
    class WhenARestoredRuleChoosesTheCheapestModel {
        private final RemovedModels removed =
                removed(
                        "{ use: [gpt-4.1-turbo] }",
                        "{ when: { reasoning: true }, use: [deepseek-flash] }, { cheapest: {} }");

        @Test
        void unnamedModelIsRemoved() {
            assertThat(removed.models()).containsExactly("gpt-4.1");
        }

        @Test
        void onlyThatRuleMayChooseTheRemovedModel() {
            assertThat(removed.isAllowed(1, "gpt-4.1")).isFalse();
            assertThat(removed.isAllowed(2, "gpt-4.1")).isTrue();
            assertThat(removed.isAllowed(3, "gpt-4.1")).isFalse();
        }
    }

    @Nested
    class WhenTheRestoredPolicyNamesAnAlias {
        @Test
        void modelIsNotRemoved() {
            assertThat(removed("{ use: [gpt-4.1] }", "{ use: [gpt-4.1-turbo] }").models())
                    .isEmpty();
        }
    }
}
