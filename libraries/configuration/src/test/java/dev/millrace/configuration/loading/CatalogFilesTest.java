package dev.millrace.configuration.loading;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.provider.ProviderBlock;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.Price;
import dev.millrace.yaml.problem.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogFilesTest {
    private static final String PROVIDER =
            "providers: { openai: { wire: openai, base_url: \"https://h/v1\", api_key: sk-0123456789 } }\n";

    @TempDir private Path folder;

    @BeforeEach
    void writeFiles() throws IOException {
        Files.writeString(
                folder.resolve("own.yaml"),
                "models: { own: { provider: openai, price: { input: 1, output: 2 } } }");
    }

    private MillraceConfig config(String files, String sections) {
        return new ConfigLoader(Map.of())
                .reading(CatalogFilesTest::priceList)
                .parse(
                        "m.yaml",
                        PROVIDER
                                + "catalog: { files: ["
                                + files.replace("@", folder + "/")
                                + "] }\n"
                                + sections);
    }

    private static Optional<Map<String, Model>> priceList(Path file) {
        return file.endsWith("list.json")
                ? Optional.of(
                        Stream.concat(
                                        Stream.of("gpt-4.1"),
                                        IntStream.range(0, 3_000).mapToObj(it -> "m" + it))
                                .collect(toMap(it -> it, CatalogFilesTest::listed)))
                : Optional.empty();
    }

    private static Model listed(String name) {
        return Model.of(name, "openai", Price.of("9", "1"));
    }

    private static List<String> added(MillraceConfig config) {
        return config.modelsInService().stream()
                .map(it -> it.name())
                .filter(it -> ConfigLoader.defaults().catalog().find(it).isEmpty())
                .toList();
    }

    @Test
    void modelOfAPriceListIsInServiceIfTheConfigurationNamesIt() {
        var config =
                config(
                        "@list.json",
                        """
                        models: { m7: {}, m8: { aliases: [eight], fallback: [m9] } }
                        policies: { default: { rules: [ { use: [m10] } ] } }
                        """);

        assertThat(added(config)).containsExactlyInAnyOrder("m7", "m8", "m9", "m10");
        assertThat(config.catalog().find("eight").orElseThrow().price().input())
                .isEqualByComparingTo("9");
    }

    @Test
    void shippedPriceStaysIfTheConfigurationDoesNotNameTheModel() {
        assertThat(config("@list.json", "").catalog().find("gpt-4.1").orElseThrow().price().input())
                .isEqualByComparingTo("2");
        assertThat(
                        config("@list.json", "models: { gpt-4.1: {} }")
                                .catalog()
                                .find("gpt-4.1")
                                .orElseThrow()
                                .price()
                                .input())
                .isEqualByComparingTo("9");
    }

    @Test
    void everyModelOfACatalogIsInService() {
        assertThat(added(config("@own.yaml", ""))).containsExactly("own");
    }

    @Test
    void unreadableFileIsOneProblem() {
        assertThatThrownBy(() -> config("@none.yaml, @own.yaml", ""))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("catalog.files[0]")
                .hasMessageContaining("does not exist");
    }

    @Test
    void everyPricedModelOfAReadyConfigurationHasASource() {
        var config =
                new ConfigLoader(Map.of())
                        .withoutKeys()
                        .parse("all.yaml", ProviderBlock.sections(ProviderBlock.shipped()));

        assertThat(config.catalog().models())
                .filteredOn(it -> !it.price().isFree())
                .allSatisfy(it -> assertThat(it.price().source()).isPresent());
    }
}
