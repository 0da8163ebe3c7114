package dev.millrace.contracts.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.money.Price.LongContext;
import dev.millrace.yaml.problem.Violation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PriceTest {
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    @Nested
    class WithoutReducedRates {
        @Test
        void chargesInputAndOutputAtTheirRates() {
            var cost = Price.of("0.10", "0.42").costOf(TokenUsage.of(1000, 561));

            assertThat(cost).isEqualTo(new BigDecimal("0.00033562"));
        }

        @Test
        void chargesCachedAndCacheWriteInputAtTheInputRate() {
            var price = Price.of("3", "15");

            assertThat(price.costOf(new TokenUsage(900, 300, 300, 0, 0)))
                    .isEqualTo(price.costOf(TokenUsage.of(900, 0)));
        }

        @Test
        void zeroTokensCostNothing() {
            assertThat(Price.of("3", "15").costOf(TokenUsage.NONE)).isEqualTo(BigDecimal.ZERO);
        }

        @Test
        void printsTheSmallestCostInPlainDigits() {
            var cost = Price.of("0.05", "0.35").costOf(TokenUsage.of(1, 0));

            assertThat(Usd.text(cost)).isEqualTo("0.00000005");
        }

        @Test
        void printsTheLargestCostInPlainDigits() {
            var cost = Price.of("1000", "1").costOf(TokenUsage.of(1_000_000_000, 0));

            assertThat(cost.toString()).isEqualTo("1000000");
        }
    }

    @Nested
    class WhenInputIsCached {
        private final Price price =
                new Price(
                        new BigDecimal("3.00"),
                        new BigDecimal("0.30"),
                        new BigDecimal("3.75"),
                        new BigDecimal("15.00"),
                        Optional.empty());

        @Test
        void chargesEachKindOfInputAtItsOwnRate() {
            var cost = price.costOf(new TokenUsage(1_000_000, 500_000, 200_000, 100_000, 40_000));

            assertThat(cost).isEqualByComparingTo("3.30"); // 0.90 + 0.15 + 0.75 + 1.50
        }
    }

    @Nested
    class WhenACacheKeepsTokensForAnHour {
        @Test
        void chargesOneHourCacheWritesAtTheirOwnRate() {
            var price =
                    new Price(
                            new BigDecimal("3.00"),
                            new BigDecimal("0.30"),
                            new BigDecimal("3.75"),
                            new BigDecimal("6.00"),
                            new BigDecimal("15.00"),
                            Optional.empty());

            var cost = price.costOf(new TokenUsage(300_000, 0, 300_000, 100_000, 0, 0));

            assertThat(cost).isEqualByComparingTo("1.35"); // 0.75 + 0.60
        }
    }

    @Nested
    class WhenLongInputCostsMore {
        private final Price price =
                new Price(
                        new BigDecimal("2"),
                        new BigDecimal("2"),
                        new BigDecimal("2"),
                        new BigDecimal("8"),
                        Optional.of(
                                new LongContext(
                                        200_000,
                                        new BigDecimal("4"),
                                        new BigDecimal("1"),
                                        new BigDecimal("5"),
                                        new BigDecimal("7"),
                                        new BigDecimal("16"))));

        @Test
        void chargesTheUsualRatesUpToTheThreshold() {
            assertThat(price.costOf(TokenUsage.of(200_000, 1000))).isEqualByComparingTo("0.408");
        }

        @Test
        void chargesTheWholeCallAtTheLongRatesAboveTheThreshold() {
            assertThat(price.costOf(TokenUsage.of(200_001, 1000))).isEqualByComparingTo("0.816004");
        }

        @Test
        void countsCachedInputTowardsTheThreshold() {
            var cost = price.costOf(new TokenUsage(200_001, 100_000, 100_000, 0, 0));

            assertThat(cost).isEqualByComparingTo("0.600004");
        }
    }

    @Nested
    class WhenARateIsInvalid {
        @Test
        void rejectsANegativeRate() {
            assertThatThrownBy(() -> Price.of("-0.01", "1"))
                    .isInstanceOf(Violation.class)
                    .hasMessageStartingWith("input must be 0 to 1000000");
        }

        @Test
        void rejectsATooHighRate() {
            assertThatThrownBy(() -> Price.of("1", "1000001"))
                    .hasMessageStartingWith("output must be");
        }
    }

    @Test
    void ignoresTrailingZerosInEquality() {
        assertThat(Price.of("2.50", "8.00")).isEqualTo(Price.of("2.5", "8"));
    }

    @Property
    void costIsExactlyTokensTimesPrice(
            @ForAll("prices") Price price, @ForAll("usages") TokenUsage usage) {
        var expected =
                times(
                                usage.inputTokens()
                                        - usage.cachedInputTokens()
                                        - usage.cacheWriteTokens(),
                                price.input())
                        .add(times(usage.cachedInputTokens(), price.cachedInput()))
                        .add(
                                times(
                                        usage.cacheWriteTokens() - usage.cacheWriteHourTokens(),
                                        price.cacheWrite()))
                        .add(times(usage.cacheWriteHourTokens(), price.cacheWriteHour()))
                        .add(times(usage.outputTokens(), price.output()));

        assertThat(price.costOf(usage).multiply(MILLION)).isEqualByComparingTo(expected);
    }

    @Property
    void costIsAdditive(
            @ForAll("prices") Price price,
            @ForAll("usages") TokenUsage one,
            @ForAll("usages") TokenUsage other) {
        var apart = price.costOf(one).add(price.costOf(other));

        assertThat(price.costOf(one.plus(other))).isEqualTo(Usd.normalised(apart));
    }

    @Property
    void printedCostsParseToTheSameAmount(
            @ForAll("prices") Price price, @ForAll("usages") TokenUsage usage) {
        var cost = price.costOf(usage);

        assertThat(Usd.text(cost)).matches("\\d+(\\.\\d*[1-9])?");
        assertThat(new BigDecimal(Usd.text(cost))).isEqualTo(cost);
    }

    @Provide
    Arbitrary<Price> prices() {
        var rates =
                Arbitraries.bigIntegers()
                        .between(BigInteger.ZERO, BigInteger.valueOf(1_000_000_000))
                        .map(millionths -> new BigDecimal(millionths, 6));
        return Combinators.combine(rates, rates, rates, rates, rates)
                .as(
                        (input, cached, write, hour, output) ->
                                new Price(input, cached, write, hour, output, Optional.empty()));
    }

    @Provide
    Arbitrary<TokenUsage> usages() {
        var counts = Arbitraries.longs().between(0, 10_000_000_000L);
        return Combinators.combine(counts, counts, counts, counts, counts, counts)
                .as(
                        (plain, cached, write, hour, answer, reasoning) ->
                                new TokenUsage(
                                        plain + cached + write + hour,
                                        cached,
                                        write + hour,
                                        hour,
                                        answer + reasoning,
                                        reasoning));
    }

    private static BigDecimal times(long tokens, BigDecimal rate) {
        return BigDecimal.valueOf(tokens).multiply(rate);
    }
}
