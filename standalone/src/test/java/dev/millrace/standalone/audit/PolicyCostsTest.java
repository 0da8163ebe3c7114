package dev.millrace.standalone.audit;

import static dev.millrace.standalone.audit.Logs.line;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.Price;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Each model costs its number of US dollars for a million tokens. */
class PolicyCostsTest {
    private static final Catalog CATALOG =
            Catalog.of(
                    List.of(
                            model("one", 1, 1_000_000_000, Set.of()),
                            model("two", 2, 2_000_000, Set.of(Capability.TOOLS)),
                            model("five", 5, 1_000_000_000, Set.of(Capability.TOOLS))));

    private static Model model(String name, int price, long window, Set<Capability> capabilities) {
        Model base = Model.of(name, "p", Price.of(String.valueOf(price), String.valueOf(price)));
        return base.withCapabilities(capabilities).withTokens(Model.Tokens.ofWindow(window));
    }

    /** Returns the cost under a policy. */
    private static CostRange range(String rules, String... lines) {
        return Logs.read(Logs.audit(CATALOG, rules), List.of(lines)).policyCost();
    }

    private static void assertRange(CostRange range, String least, String most) {
        assertThat(range.leastUsd()).isEqualByComparingTo(least);
        assertThat(range.mostUsd()).isEqualByComparingTo(most);
    }

    @Nested
    class ARule {
        @Test
        void withoutAConditionDecidesAlone() {
            assertRange(
                    range("{ use: [two] }, { use: [one] }", line("five", 1_000_000, 0)), "2", "2");
        }

        @Test
        void withAConditionOnTheContentMayApplyOrNot() {
            CostRange range =
                    range(
                            "{ when: { complexity: simple }, use: [two] }, { use: [five] }",
                            line("five", 1_000_000, 0));

            assertRange(range, "2", "5");
            assertThat(range.models()).extracting(Model::name).containsExactly("two", "five");
        }

        @Test
        void withAConditionOnTheInputAppliesToSuchRequests() {
            CostRange range =
                    range(
                            "{ when: { input_tokens: { below: 500000 } }, use: [two] }, { use: [five] }",
                            line("five", 499_999, 1),
                            line("five", 500_000, 0));

            // 500,000 × 2 + 500,000 × 5
            assertRange(range, "3.5", "3.5");
        }

        @Test
        void thatNeedsAHighCeilingDoesNotApply() {
            CostRange range =
                    range(
                            "{ when: { max_cost_usd: { at_least: 0.05 } }, use: [one] }, { use: [two] }",
                            line("two", 1_000_000, 0));

            assertRange(range, "2", "2");
        }

        @Test
        void isSkippedForRequestsThatItsModelsAreTooSmallFor() {
            CostRange range = range("{ use: [two] }, { use: [five] }", line("five", 3_000_000, 0));

            assertRange(range, "15", "15");
        }

        @Test
        void withAModelOfFewerCapabilitiesMayBeSkipped() {
            CostRange range = range("{ use: [one] }, { use: [two] }", line("five", 1_000_000, 0));

            assertRange(range, "1", "2");
        }

        @Test
        void withCheapestTakesTheCheapestThatIsLargeEnough() {
            assertRange(range("{ cheapest: {} }", line("one", 3_000_000, 0)), "3", "3");
        }
    }

    @Nested
    class ASplit {
        @Test
        void dividesTheCostByItsWeights() {
            CostRange range =
                    range(
                            "{ split: [ { model: two, weight: 3 }, { model: five, weight: 1 } ] }",
                            line("five", 1_000_000, 0));

            // (2 × 3 + 5 × 1) ÷ 4
            assertRange(range, "2.75", "2.75");
        }

        @Test
        void beginsWithTheFirstStepOfItsRamp() {
            CostRange range =
                    range(
                            """
                            { split: [ { model: two, weight: 1 }, { model: five, weight: 1 } ],
                              ramp: { arm: two, steps: [10, 50], each: { time: 1h } } }""",
                            line("five", 1_000_000, 0));

            // 2 × 10 % + 5 × 90 %
            assertRange(range, "4.7", "4.7");
        }
    }

    @Nested
    class WithoutAModel {
        @Test
        void requestsKeepTheirCostAndAreCounted() {
            CostRange range = range("{ use: [two] }", line("five", 3_000_000, 0));

            assertRange(range, "15", "15");
            assertThat(range.unrouted()).isOne();
        }

        @Test
        void requestsGetALargerModelOfTheRules() {
            CostRange range =
                    range(
                            "{ when: { input_tokens: { below: 10 } }, use: [five] }, { use: [two] }",
                            line("five", 3_000_000, 0));

            assertRange(range, "15", "15");
            assertThat(range.unrouted()).isZero();
        }
    }
}
