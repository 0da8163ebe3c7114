package dev.millrace.contracts.catalog;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.money.Price;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CheaperTierTest {
    private static Model model(String provider, Map<String, Price> tiers) {
        var standard = Price.of("1", "4");
        var price =
                new Price(
                        standard.input(),
                        standard.cachedInput(),
                        standard.cacheWrite(),
                        standard.cacheWriteHour(),
                        standard.output(),
                        List.of(),
                        tiers,
                        Map.of(),
                        Optional.empty());
        return Model.of("m", provider, price);
    }

    @Test
    void tierBelowTheStandardPriceIsBought() {
        Map<String, Price> tiers =
                Map.of("flex", Price.of("0.5", "2"), "priority", Price.of("2", "8"));

        assertThat(CheaperTier.of(model("openai", tiers)))
                .hasValueSatisfying(
                        it -> {
                            assertThat(it.name()).isEqualTo("flex");
                            assertThat(it.timeout()).isEqualTo(Duration.ofMinutes(15));
                            assertThat(it.refused()).containsExactly(429);
                        });
    }

    @Test
    void batchPriceIsNoTierOfCalls() {
        assertThat(CheaperTier.of(model("openai", Map.of("batch", Price.of("0.5", "2")))))
                .isEmpty();
    }

    @Test
    void tierAtTheStandardPriceIsNotBought() {
        assertThat(CheaperTier.of(model("groq", Map.of("flex", Price.of("1", "4"))))).isEmpty();
    }

    @Test
    void tierThatIsDearerInOnePartIsNotBought() {
        assertThat(CheaperTier.of(model("openai", Map.of("flex", Price.of("0.1", "4.1")))))
                .isEmpty();
    }

    @Test
    void otherProviderMayRefuseInAnyKnownWay() {
        assertThat(CheaperTier.of(model("relay", Map.of("flex", Price.of("0.5", "2")))))
                .hasValueSatisfying(
                        it -> assertThat(it.refused()).containsExactlyInAnyOrder(429, 498, 503));
    }

    @Test
    void lineForOtherProvidersComesAfterAllOthers() {
        List<String> providers = CheaperTier.all().stream().map(CheaperTier::provider).toList();

        assertThat(providers).doesNotHaveDuplicates();
        assertThat(providers.indexOf("*")).isEqualTo(providers.size() - 1);
        assertThat(CheaperTier.all()).allMatch(it -> !it.source().isBlank());
    }

    @Test
    void shippedTiersAreCheaper() {
        var flex =
                Catalog.shipped().models().stream()
                        .filter(it -> CheaperTier.of(it).isPresent())
                        .toList();

        assertThat(flex).extracting(Model::name).contains("gpt-5-nano", "gpt-6.2-sol");
        assertThat(flex)
                .allSatisfy(
                        it ->
                                assertThat(requireNonNull(it.price().tiers().get("flex")).output())
                                        .isLessThan(it.price().output())
                                        .isGreaterThan(BigDecimal.ZERO));
    }

    @Test
    void tierOfAModelHasItsOwnNameAndNoConfiguredLimits() {
        Model model = model("openai", Map.of()).atTier("flex");

        assertThat(model.name()).isEqualTo("m@flex");
        assertThat(model.serviceTier()).contains("flex");
        assertThat(model.limits()).isEqualTo(Limits.NONE);
        assertThat(model.upstreamModel()).isEqualTo("m");
    }
}
