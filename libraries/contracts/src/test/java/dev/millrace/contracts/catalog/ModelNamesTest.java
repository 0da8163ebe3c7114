package dev.millrace.contracts.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelNamesTest {
    private final ModelNames names =
            new ModelNames(
                    Catalog.shipped(),
                    Set.of("openai", "anthropic", "google", "deepseek"),
                    Map.of("alibaba", "environment variable DASHSCOPE_API_KEY is not set"));

    @Nested
    class WhenTheCatalogHasTheModel {
        @Test
        void modelInServiceHasNoProblem() {
            assertThat(names.problem("gpt-4.1")).isEmpty();
            assertThat(names.problem("gpt-4.1-turbo")).isEmpty();
        }

        @Test
        void providerThatIsOffIsNamedWithItsReason() {
            assertThat(names.problem("qwen-turbo"))
                    .contains(
                            "the model qwen-turbo is not in service: its provider alibaba is off:"
                                    + " environment variable DASHSCOPE_API_KEY is not set");
        }

        @Test
        void providerThatIsNotConfiguredIsNamed() {
            assertThat(new ModelNames(Catalog.shipped(), Set.of(), Map.of()).problem("gpt-4.1"))
                    .contains(
                            "the model gpt-4.1 is not in service: its provider openai is not"
                                    + " configured");
        }
    }

    @Nested
    class WhenTheCatalogLacksTheModel {
        @ParameterizedTest
        @CsvSource({
            "claude-3-5-haiku, claude-haiku-4.5",
            "claude-3-5-sonnet-20241022, claude-sonnet-4.5",
            "gpt-4.1-mini, gpt-5.4-mini",
            "gemini-2.0-flash, gemini-2.5-flash",
            "deepseek-chat, deepseek-flash",
        })
        void nearestModelInServiceIsNamedFirst(String name, String nearest) {
            assertThat(names.problem(name).orElseThrow())
                    .startsWith("no model is called \"" + name + "\"; similar names: " + nearest);
        }

        @ParameterizedTest
        @CsvSource({"claude-3-5-haiku", "gpt-3.5-turbo", "gemini-2.0-flash", "deepseek-chat"})
        void messageSaysHowToImportAModelOfAKnownFamily(String name) {
            assertThat(names.problem(name).orElseThrow())
                    .contains(
                            "; to add it, download https://",
                            "\"millrace catalog import model_prices_and_context_window.json --model "
                                    + name
                                    + "\"")
                    .doesNotContain("is off");
        }

        @Test
        void messageSaysThatTheProviderOfTheFamilyIsOff() {
            assertThat(names.problem("qwen-max").orElseThrow())
                    .endsWith(
                            " (its provider alibaba is off: environment variable DASHSCOPE_API_KEY"
                                    + " is not set)")
                    .doesNotContain("similar names: qwen");
        }

        @Test
        void nameOfNoFamilyGetsNoAdvice() {
            assertThat(names.problem("zzzzzzzzzzzzzzzzzzzz"))
                    .contains("no model is called \"zzzzzzzzzzzzzzzzzzzz\"");
        }
    }
}
