package dev.millrace.standalone.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.Price;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoggedNamesTest {
    private static final Price PRICE = Price.of("1", "2");

    private final LoggedNames names = new LoggedNames(Articles.CATALOG);

    @ParameterizedTest
    @CsvSource({
        "gpt-4.1, gpt-4.1",
        "gpt-4.1-turbo, gpt-4.1",
        "gpt-4.1-2025-04-14, gpt-4.1",
        "openai/gpt-4.1, gpt-4.1",
        "openrouter/openai/gpt-4.1-2025-04-14, gpt-4.1",
        "claude-sonnet-4-5-20250929, claude-sonnet-4.5",
        "claude-sonnet-4-5, claude-sonnet-4.5",
        "vertex_ai/claude-sonnet-4-5@20250929, claude-sonnet-4.5",
        "deepseek/deepseek-chat, deepseek-v3.2"
    })
    void nameIsFoundInItsUsualForms(String name, String model) {
        assertThat(names.find(name).model().map(Model::name)).contains(model);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-4.1-mini", "gpt-4", "my-gpt-4.1", "gpt-4.1/", "/", "", "GPT-4.1"})
    void otherNameIsNotGuessed(String name) {
        assertThat(names.find(name).model()).isEmpty();
    }

    @Nested
    class WhenSeveralModelsHaveTheSameProviderName {
        private final LoggedNames ambiguous =
                new LoggedNames(
                        Catalog.of(
                                List.of(
                                        Model.of("cheap", "a", PRICE).servedBy("a", "llama"),
                                        Model.of("fast", "b", PRICE).servedBy("b", "llama"))));

        @Test
        void nameIsNotResolvedButTheModelsAreNamed() {
            LoggedNames.Match match = ambiguous.find("groq/llama");

            assertThat(match.model()).isEmpty();
            assertThat(match.candidates()).containsExactly("cheap", "fast");
        }
    }

    @Nested
    class WhenTheCatalogHasADatedVersion {
        private final LoggedNames dated =
                new LoggedNames(
                        Catalog.of(
                                List.of(
                                        Model.of("gpt-4o", "a", PRICE),
                                        Model.of("gpt-4o-2024-05-13", "a", PRICE))));

        @Test
        void versionIsItsOwnModel() {
            assertThat(dated.find("gpt-4o-2024-05-13").model().map(Model::name))
                    .contains("gpt-4o-2024-05-13");
        }

        @Test
        void otherVersionIsTheModelWithoutADate() {
            assertThat(dated.find("gpt-4o-2024-08-06").model().map(Model::name)).contains("gpt-4o");
        }
    }
}
