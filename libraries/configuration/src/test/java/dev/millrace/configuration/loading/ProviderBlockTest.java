package dev.millrace.configuration.loading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.provider.ProviderBlock;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The blocks of configuration that {@code millrace init --provider} writes. */
class ProviderBlockTest {
    static List<ProviderBlock> blocks() {
        return ProviderBlock.shipped();
    }

    private static MillraceConfig config(List<ProviderBlock> blocks) {
        return new ConfigLoader(Map.of()).parse("m.yaml", ProviderBlock.sections(blocks));
    }

    @Nested
    class EachBlock {
        @ParameterizedTest
        @MethodSource("dev.millrace.configuration.loading.ProviderBlockTest#blocks")
        void loadsWithoutAnEnvironment(ProviderBlock block) {
            var config = config(List.of(block));

            assertThat(config.providers()).containsOnlyKeys(block.name());
            assertThat(block.title()).isNotBlank();
        }

        /** Legacy completions are for models of the user: no current model of OpenAI has them. */
        @ParameterizedTest
        @MethodSource("dev.millrace.configuration.loading.ProviderBlockTest#blocks")
        void hasAModelForEveryUrlThatItOffers(ProviderBlock block) {
            var config = config(List.of(block));
            var offered = config.provider(block.name()).orElseThrow().endpoints();

            assertThat(offered)
                    .filteredOn(it -> it != Endpoint.COMPLETIONS)
                    .isSubsetOf(served(config));
        }

        @ParameterizedTest
        @MethodSource("dev.millrace.configuration.loading.ProviderBlockTest#blocks")
        void namesTheVariableOfItsKey(ProviderBlock block) {
            var missing = config(List.of(block)).problemsOfProviders(Set.of(block.name()));

            assertThat(missing).hasSameSizeAs(block.requiredVariables());
            block.requiredVariables()
                    .forEach(
                            name ->
                                    assertThat(missing)
                                            .anyMatch(it -> it.message().contains(name)));
        }

        private static Set<Endpoint> served(MillraceConfig config) {
            var served = new HashSet<Endpoint>();
            for (Model model : config.modelsInService()) {
                served.addAll(model.urlsAt(config.providerOf(model).orElseThrow().endpoints()));
            }
            return served;
        }
    }

    @Nested
    class AllBlocks {
        private final MillraceConfig config = config(ProviderBlock.shipped());

        @Test
        void loadTogether() {
            assertThat(config.providers()).hasSameSizeAs(ProviderBlock.shipped());
        }

        @Test
        void leaveTheShippedModelsAsTheyAre() {
            assertThat(config.catalog().models()).containsAll(Catalog.shipped().models());
        }

        @Test
        void haveTheProvidersOfTheDefaultFile() {
            var defaults =
                    new ConfigLoader(Map.of())
                            .parse(
                                    "default.yaml",
                                    Resources.text(
                                            "/dev/millrace/configuration/millrace-default.yaml"));

            assertThat(config.providers()).containsAllEntriesOf(defaults.providers());
        }

        @Test
        void areTheRowsOfTheDocumentation() throws IOException {
            var page = Files.readString(Path.of("..", "..", "docs", "providers.md"));

            for (ProviderBlock block : ProviderBlock.shipped()) {
                var provider = config.provider(block.name()).orElseThrow();
                var urls =
                        provider.endpoints().stream()
                                .map(it -> "`" + it.url() + "`")
                                .collect(Collectors.joining(", "));
                assertThat(page).contains("| `" + block.name() + "` | " + block.title() + " |");
                assertThat(page)
                        .as(block.name())
                        .containsPattern(
                                "(?m)^\\| `"
                                        + block.name()
                                        + "` \\|.*\\| "
                                        + Pattern.quote(urls)
                                        + " \\|");
            }
        }
    }
}
