package dev.millrace.contracts.catalog;

import static dev.millrace.contracts.catalog.Tier.BALANCED;
import static dev.millrace.contracts.catalog.Tier.ECONOMY;
import static dev.millrace.contracts.catalog.Tier.PREMIUM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShippedCatalogTest {
    private final Catalog catalog = Catalog.shipped();

    @ParameterizedTest
    @CsvSource({
        "gpt-4.1,           openai,    2.00,  8.00",
        "gpt-4o,            openai,    2.50, 10.00",
        "gpt-4o-mini,       openai,    0.15,  0.60",
        "gpt-6.2-sol,       openai,    2.00, 10.00",
        "gpt-6-luna,        openai,    0.10,  0.50",
        "claude-sonnet-4.5, anthropic, 3.00, 15.00",
        "claude-opus-5.5,   anthropic, 4.00, 20.00",
        "gemini-2.5-flash,  google,    0.30,  2.50",
        "gemini-3.1-pro,    google,    2.00, 12.00",
        "deepseek-flash,    deepseek,  0.15,  0.60",
        "qwen-turbo,        alibaba,   0.05,  0.20",
        "text-embedding-3-small, openai, 0.02, 0",
        "text-embedding-3-large, openai, 0.13, 0",
        "gemini-embedding-001, google, 0.15, 0",
        "text-embedding-v4, alibaba, 0.07, 0",
    })
    void chargesThePublishedPrices(
            String name, String provider, BigDecimal input, BigDecimal output) {
        var model = catalog.find(name).orElseThrow();

        assertThat(model.provider()).isEqualTo(provider);
        assertThat(model.price().input()).isEqualByComparingTo(input);
        assertThat(model.price().output()).isEqualByComparingTo(output);
    }

    @Test
    void everyPriceHasASourceAndADate() {
        assertThat(catalog.models())
                .allSatisfy(model -> assertThat(model.price().source()).isPresent());
        assertThat(catalog.models())
                .extracting(model -> model.price().source().orElseThrow().location())
                .allMatch(it -> it.startsWith("https://"));
    }

    @Test
    void hasModelsOfEveryTierFromEveryProviderOfTheDefaultFile() {
        assertThat(catalog.models())
                .extracting(Model::provider)
                .contains("openai", "anthropic", "google", "deepseek", "alibaba");
        assertThat(catalog.models()).extracting(Model::tier).contains(PREMIUM, BALANCED, ECONOMY);
    }

    @Test
    void flexCostsHalf() {
        var price = catalog.find("gpt-6.2-sol").orElseThrow().price();
        var usage = TokenUsage.of(300_000, 1_000);

        assertThat(price.tier("flex").orElseThrow().costOf(usage).multiply(BigDecimal.TWO))
                .isEqualByComparingTo(price.costOf(usage));
    }

    @Test
    void batchesOfAnthropicCostHalfCachedOrNot() {
        var usage = new TokenUsage(90_000, 30_000, 30_000, 10_000, 1_000, 0);

        assertThat(catalog.models())
                .filteredOn(it -> it.provider().equals("anthropic"))
                .hasSizeGreaterThan(5)
                .allSatisfy(
                        it ->
                                assertThat(it.price().tier("batch").orElseThrow().costOf(usage))
                                        .isEqualByComparingTo(
                                                it.price().costOf(usage).divide(BigDecimal.TWO)));
    }

    /** Peak are 01:00 to 04:00 and 06:00 to 10:00 UTC on workdays, 35 of 168 hours. */
    @ParameterizedTest
    @CsvSource({
        "2026-11-30T01:00:00Z, 2",
        "2026-11-30T03:59:59Z, 2",
        "2026-11-30T04:00:00Z, 1",
        "2026-11-30T06:00:00Z, 2",
        "2026-11-30T10:00:00Z, 1",
        "2026-11-29T02:00:00Z, 1",
        "2026-10-01T02:00:00Z, 1",
    })
    void deepSeekCostsTwiceAsMuchInPeakHours(Instant end, int times) {
        assertThat(catalog.models())
                .filteredOn(it -> it.provider().equals("deepseek"))
                .hasSize(2)
                .allSatisfy(
                        it -> {
                            var usage = new TokenUsage(1_000, 500, 0, 0, 1_000, 0);
                            assertThat(it.price().at(end.minusSeconds(60), end).costOf(usage))
                                    .isEqualByComparingTo(
                                            it.price()
                                                    .costOf(usage)
                                                    .multiply(BigDecimal.valueOf(times)));
                        });
    }

    @Test
    void modelsOfEmbeddingsServeNothingElseAndHaveNoOutput() {
        var embeddings =
                catalog.models().stream()
                        .filter(model -> model.urls().contains(Endpoint.EMBEDDINGS))
                        .toList();

        assertThat(embeddings)
                .hasSize(4)
                .allSatisfy(
                        model -> {
                            assertThat(model.urls()).containsExactly(Endpoint.EMBEDDINGS);
                            assertThat(model.price().output()).isZero();
                        });
    }

    @Test
    void modelOfChatsIsNotAskedForLegacyCompletions() {
        assertThat(catalog.find("gpt-4.1").map(Model::urls))
                .contains(Set.of(Endpoint.CHAT_COMPLETIONS, Endpoint.RESPONSES));
    }

    @Test
    void knowsTheAliases() {
        assertThat(catalog.find("gpt-4.1-turbo")).isEqualTo(catalog.find("gpt-4.1"));
        assertThat(catalog.find("deepseek-v4-flash")).isEqualTo(catalog.find("deepseek-flash"));
    }

    @Test
    void everyFallbackChainIsTheRestOfOneList() {
        assertThat(chain("gpt-4.1"))
                .containsExactly("claude-sonnet-4.5", "gemini-2.5-flash", "deepseek-flash");
        assertThat(chain("claude-sonnet-4.5"))
                .containsExactly("gemini-2.5-flash", "deepseek-flash");
        assertThat(chain("gemini-2.5-flash")).containsExactly("deepseek-flash");
        assertThat(chain("deepseek-flash")).isEmpty();
        assertThat(chain("qwen-turbo")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-4.1", "gpt-4o", "gpt-4o-mini"})
    void modelThatDoesNotReasonRefusesAnEffort(String model) {
        assertThat(catalog.find(model).orElseThrow().parameters().refuse())
                .containsExactly("reasoning_effort", "reasoning");
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude-sonnet-4.5", "claude-haiku-4.5"})
    void claudeOf2025RefusesAnEffort(String model) {
        assertThat(catalog.find(model).orElseThrow().parameters().refuse())
                .containsExactly("output_config.effort");
    }

    @Test
    void knowsTheContextWindows() {
        assertThat(catalog.find("gemini-3.1-pro").map(Model::contextWindow))
                .contains(OptionalLong.of(1_048_576));
        assertThat(catalog.find("gpt-4.1").map(Model::contextWindow))
                .contains(OptionalLong.of(1_047_576));
        assertThat(catalog.find("gpt-4.1").map(Model::maxOutputTokens))
                .contains(OptionalLong.of(32_768));
    }

    private List<String> chain(String name) {
        return catalog.fallbackChainOf(catalog.find(name).orElseThrow()).stream()
                .map(Model::name)
                .toList();
    }
}
