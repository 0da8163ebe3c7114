package dev.millrace.contracts.catalog;

import static dev.millrace.contracts.catalog.Tier.BALANCED;
import static dev.millrace.contracts.catalog.Tier.ECONOMY;
import static dev.millrace.contracts.catalog.Tier.PREMIUM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
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
        "gpt-4.1,           openai,    2.50,  8.00",
        "claude-sonnet-4.5, anthropic, 3.00, 15.00",
        "claude-opus-4,     anthropic, 15.00, 75.00",
        "gemini-2.5-flash,  google,    0.30,  2.50",
        "gemini-3.1-pro,    google,    0.50,  2.50",
        "deepseek-v3.2,     deepseek,  0.10,  0.42",
        "qwen-turbo,        alibaba,   0.05,  0.35",
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
    void listsModelsInOrderWithTheirTiers() {
        assertThat(catalog.models())
                .extracting(Model::name)
                .containsExactly(
                        "gpt-4.1",
                        "claude-sonnet-4.5",
                        "claude-opus-4",
                        "gemini-2.5-flash",
                        "gemini-3.1-pro",
                        "deepseek-v3.2",
                        "qwen-turbo",
                        "text-embedding-3-small",
                        "text-embedding-3-large",
                        "gemini-embedding-001",
                        "text-embedding-v4");
        assertThat(catalog.models())
                .extracting(Model::tier)
                .startsWith(PREMIUM, PREMIUM, PREMIUM, BALANCED, BALANCED, ECONOMY, ECONOMY);
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
        assertThat(catalog.find("deepseek-chat-v3")).isEqualTo(catalog.find("deepseek-v3.2"));
    }

    @Test
    void everyFallbackChainIsTheRestOfOneList() {
        assertThat(chain("gpt-4.1"))
                .containsExactly("claude-sonnet-4.5", "gemini-2.5-flash", "deepseek-v3.2");
        assertThat(chain("claude-sonnet-4.5")).containsExactly("gemini-2.5-flash", "deepseek-v3.2");
        assertThat(chain("gemini-2.5-flash")).containsExactly("deepseek-v3.2");
        assertThat(chain("deepseek-v3.2")).isEmpty();
        assertThat(chain("qwen-turbo")).isEmpty();
    }

    @Test
    void modelThatDoesNotReasonRefusesAnEffort() {
        assertThat(catalog.find("gpt-4.1").orElseThrow().parameters().refuse())
                .containsExactly("reasoning_effort", "reasoning");
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude-sonnet-4.5", "claude-opus-4"})
    void claudeBeforeOpus45RefusesAnEffort(String model) {
        assertThat(catalog.find(model).orElseThrow().parameters().refuse())
                .containsExactly("output_config.effort");
    }

    @Test
    void knowsTheContextWindows() {
        assertThat(catalog.find("gemini-3.1-pro").map(Model::contextWindow))
                .contains(OptionalLong.of(2_000_000));
        assertThat(catalog.find("gpt-4.1").map(Model::contextWindow))
                .contains(OptionalLong.of(1_047_576));
        assertThat(catalog.find("gpt-4.1").map(Model::maxOutputTokens))
                .contains(OptionalLong.of(32_768));
    }

    @Test
    void chargesTheInputRateForCachedInputUnlessACheaperRateIsKnown() {
        var deepseek = catalog.find("deepseek-v3.2").orElseThrow().price();

        assertThat(deepseek).isEqualTo(Price.of("0.1", "0.42"));
        assertThat(deepseek.above()).isEqualTo(Optional.empty());
    }

    @Test
    void matchesTheCostExampleInTheMessageReference() {
        var cost =
                catalog.find("deepseek-v3.2").orElseThrow().price().costOf(TokenUsage.of(840, 600));

        assertThat(Usd.text(cost)).isEqualTo("0.000336");
    }

    private List<String> chain(String name) {
        return catalog.fallbackChainOf(catalog.find(name).orElseThrow()).stream()
                .map(Model::name)
                .toList();
    }
}
