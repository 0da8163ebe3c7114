package dev.millrace.configuration.loading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.yaml.problem.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogReaderTest {
    @TempDir private Path folder;

    private Catalog load(String yaml) throws IOException {
        Path file = folder.resolve("catalog.yaml");
        Files.writeString(file, yaml);
        return CatalogReader.load(file, Map.of());
    }

    @Test
    void modelsOfTheFileJoinTheShippedOnes() throws IOException {
        Catalog catalog =
                load(
                        """
                        models:
                          in-house: { provider: own, price: { input: 0.2, output: 0.4 } }
                          gpt-4.1: { tier: economy }
                        """);

        assertThat(catalog.models()).hasSize(Catalog.shipped().models().size() + 1);
        assertThat(catalog.find("in-house").map(Model::provider)).contains("own");
        assertThat(catalog.find("gpt-4.1").orElseThrow().price())
                .isEqualTo(Catalog.shipped().find("gpt-4.1").orElseThrow().price());
    }

    @Test
    void otherSectionsAreIgnored() throws IOException {
        Catalog catalog =
                load(
                        """
                        providers: { openai: { api_key: "${NOT_SET}", what: 1 } }
                        models: { qwen-turbo: { aliases: [qwen] } }
                        """);

        assertThat(catalog.find("qwen")).isPresent();
    }

    @Test
    void problemsAreReportedTogether() {
        assertThatThrownBy(
                        () ->
                                load(
                                        """
                                        models:
                                          a: { provider: own }
                                          gpt-4.1: { fallback: [nobody] }
                                          qwen-turbo: { price: { input: -1, output: 1 } }
                                        """))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll(
                        "catalog.yaml:2: models.a.price: is required", "catalog.yaml:4", "input");
    }

    @Test
    void fileNeedsModels() {
        assertThatThrownBy(() -> load("tier: economy"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("models: is required, with a model under each name");
    }
}
