package dev.millrace.contracts.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.yaml.problem.Violation;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriceTierTest {
    private static final TokenUsage MILLION = TokenUsage.of(1_000_000, 1_000_000);

    private static final Price PRICE =
            price(
                    Map.of(
                            "flex", Price.of("1", "4"),
                            "priority", Price.of("4", "16"),
                            "batch", Price.of("1", "4")));

    private static Price price(Map<String, Price> tiers) {
        return new Price(
                new BigDecimal("2"),
                new BigDecimal("2"),
                new BigDecimal("2"),
                new BigDecimal("2"),
                new BigDecimal("8"),
                List.of(),
                tiers,
                Map.of("web_search", new BigDecimal("0.01")),
                Optional.empty());
    }

    private static ServiceUse use(String tier) {
        return new ServiceUse(tier, Map.of());
    }

    @ParameterizedTest
    @CsvSource({
        "flex, 5",
        "batch, 5",
        "priority, 20",
        "fast, 20",
        "default, 10",
        "standard, 10",
        "scale, 20",
    })
    void tierOfTheAnswerDecidesTheCost(String tier, BigDecimal usd) {
        assertThat(PRICE.chargeOf(MILLION, use(tier)).usd()).isEqualByComparingTo(usd);
    }

    @Test
    void ratesOfTheChargeAreThoseOfTheTier() {
        assertThat(PRICE.chargeOf(MILLION, use("flex")).rates()).isEqualTo(Price.of("1", "4"));
    }

    @Test
    void unknownTierIsNamed() {
        assertThat(PRICE.unpriced(use("scale"))).containsExactly("service_tier scale");
        assertThat(PRICE.unpriced(use("flex"))).isEmpty();
        assertThat(PRICE.unpriced(ServiceUse.NONE)).isEmpty();
    }

    @Test
    void requestForAnyTierMayCostTheDearest() {
        assertThat(PRICE.highestCostOf(1_000_000, 0, ServiceTier.ANY)).isEqualByComparingTo("4");
        assertThat(PRICE.highestCostOf(1_000_000, 0, "flex")).isEqualByComparingTo("1");
        assertThat(PRICE.highestCostOf(1_000_000, 0, null)).isEqualByComparingTo("2");
    }

    @Property
    void noTierCostsMoreThanTheReservationForAnyTier(
            @ForAll @LongRange(max = 1_000_000) long input,
            @ForAll @LongRange(max = 1_000_000) long output,
            @ForAll @IntRange(max = 4) int tier) {
        String name = List.of("flex", "priority", "batch", "default", "scale").get(tier);

        assertThat(PRICE.chargeOf(TokenUsage.of(input, output), use(name)).usd())
                .isLessThanOrEqualTo(PRICE.highestCostOf(input, output, ServiceTier.ANY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "standard", "auto", " "})
    void standardTierIsNotNamed(String name) {
        assertThatThrownBy(() -> price(Map.of(name, Price.of("1", "1"))))
                .isInstanceOf(Violation.class)
                .hasMessageContaining("tiers");
    }

    @Nested
    class WithLongInputs {
        private final Price price =
                new Price(
                        BigDecimal.TWO,
                        BigDecimal.TWO,
                        BigDecimal.TWO,
                        BigDecimal.TWO,
                        BigDecimal.TEN,
                        List.of(above(200_000, "6"), above(100_000, "4")),
                        Map.of("flex", Price.of("1", "5")),
                        Map.of(),
                        Optional.empty());

        private Price.LongContext above(long tokens, String input) {
            var rate = new BigDecimal(input);
            return new Price.LongContext(tokens, rate, rate, rate, rate, BigDecimal.TEN);
        }

        @ParameterizedTest
        @CsvSource({"100000, 0.2", "100001, 0.400004", "200000, 0.8", "200001, 1.200006"})
        void highestThresholdBelowTheInputApplies(long input, BigDecimal usd) {
            assertThat(price.costOf(TokenUsage.of(input, 0))).isEqualByComparingTo(usd);
        }

        @Test
        void tierWithoutRatesOfItsOwnHasTheStandardOnesAboveAThreshold() {
            var flex = price.tier("flex").orElseThrow();

            assertThat(flex.costOf(TokenUsage.of(100_000, 0))).isEqualByComparingTo("0.1");
            assertThat(flex.costOf(TokenUsage.of(100_001, 0))).isEqualByComparingTo("0.400004");
        }

        @Test
        void sameThresholdTwiceIsRefused() {
            assertThatThrownBy(
                            () ->
                                    new Price(
                                            BigDecimal.ONE,
                                            BigDecimal.ONE,
                                            BigDecimal.ONE,
                                            BigDecimal.ONE,
                                            BigDecimal.ONE,
                                            List.of(above(1, "1"), above(1, "2")),
                                            Map.of(),
                                            Map.of(),
                                            Optional.empty()))
                    .hasMessageContaining("once");
        }
    }

    @Nested
    class WithTools {
        private final ServiceUse use =
                new ServiceUse("flex", Map.of("web_search", 3L, "code_interpreter", 1L));

        @Test
        void callsOfToolsAreAdded() {
            assertThat(PRICE.chargeOf(MILLION, use).usd()).isEqualByComparingTo("5.03");
        }

        @Test
        void toolWithoutAPriceIsNamed() {
            assertThat(PRICE.unpriced(use)).containsExactly("code_interpreter");
        }
    }

    @Nested
    class ASource {
        private final PriceSource source =
                new PriceSource(
                        "https://p",
                        LocalDate.of(2026, 1, 1),
                        Optional.of(LocalDate.of(2026, 3, 1)));

        @Test
        void isCurrentFor90DaysButNotAfterItsLastDay() {
            assertThat(source.staleness(LocalDate.of(2026, 3, 1))).isEmpty();
            assertThat(source.staleness(LocalDate.of(2026, 3, 2)))
                    .hasValue("applied until 2026-03-01");
        }

        @Test
        void isOutdatedAfter90Days() {
            var open = new PriceSource("https://p", LocalDate.of(2026, 1, 1), Optional.empty());

            assertThat(open.staleness(LocalDate.of(2026, 4, 1))).isEmpty();
            assertThat(open.staleness(LocalDate.of(2026, 4, 2))).hasValue("is of 2026-01-01");
        }
    }
}
