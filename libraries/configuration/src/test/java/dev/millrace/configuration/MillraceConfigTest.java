package dev.millrace.configuration;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.Price;
import dev.millrace.yaml.document.Node;
import dev.millrace.yaml.document.NodeLocator;
import dev.millrace.yaml.problem.Problem;
import dev.millrace.yaml.problem.Problems;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MillraceConfigTest {
    @Nested
    class WhenNothingIsConfigured {
        private final MillraceConfig config = ConfigLoader.defaults();

        @Test
        void listsEveryModelButNoneInService() {
            assertThat(config.catalog()).isEqualTo(Catalog.shipped());
            assertThat(config.modelsInService()).isEmpty();
            assertThat(config.autoModels()).isEmpty();
        }

        @Test
        void isEmbedded() {
            assertThat(config.isEmbedded()).isTrue();
        }
    }

    @Nested
    class WhenEverythingIsSimulated {
        private final MillraceConfig config =
                parse(
                                """
                                providers:
                                  openai: { wire: openai, base_url: "https://h/v1", api_key: "${KEY}" }
                                  sim: { wire: openai, simulator: { models: { mine: { latency: 5ms, rate: "${R:-0.5}" } } } }
                                models:
                                  mine: { provider: openai, upstream_model: theirs, price: { input: 1, output: 2 } }
                                """)
                        .withSimulator();

        @Test
        void servesEveryModelUnderItsOwnName() {
            assertThat(config.modelsInService())
                    .hasSize(Catalog.shipped().models().size() + 1)
                    .isEqualTo(config.catalog().models());
            assertThat(config.catalog().models())
                    .allSatisfy(
                            model -> {
                                assertThat(model.provider()).isEqualTo(MillraceConfig.SIMULATOR);
                                assertThat(model.upstreamModel()).isEqualTo(model.name());
                            });
        }

        @Test
        void keepsNoOtherProvider() {
            assertThat(config.providers()).containsOnlyKeys(MillraceConfig.SIMULATOR);
            assertThat(config.problemsOfProviders(Set.of(MillraceConfig.SIMULATOR))).isEmpty();
        }

        @Test
        void keepsTheSettingsOfAConfiguredSimulator() {
            var settings =
                    config.provider(MillraceConfig.SIMULATOR)
                            .orElseThrow()
                            .simulator()
                            .orElseThrow();

            var places = new NodeLocator((Node.Mapping) settings, new Problems("f"));
            assertThat(places.find("models", "mine", "latency"))
                    .get(as(type(Node.Scalar.class)))
                    .extracting(Node.Scalar::text)
                    .isEqualTo("5ms");
            assertThat(places.find("models", "mine", "rate"))
                    .get(as(type(Node.Scalar.class)))
                    .extracting(Node.Scalar::text)
                    .isEqualTo("0.5");
        }

        @Test
        void selectsModelsForJobsThatNameNone() {
            assertThat(config.autoModels())
                    .extracting(Model::name)
                    .startsWith("qwen-turbo", "deepseek-flash", "gemini-2.5-flash", "gpt-4.1")
                    .hasSize(Catalog.shipped().models().size() + 1);
        }

        @Test
        void needsNoFile() {
            assertThat(ConfigLoader.defaults().withSimulator().modelsInService())
                    .hasSameSizeAs(Catalog.shipped().models());
        }
    }

    @Nested
    class WhenAModelIsOverlaid {
        private final Catalog catalog =
                parse(
                                """
                                providers:
                                  azure: { wire: openai, base_url: "https://h/v1/" }
                                models:
                                  gpt-4.1: { provider: azure, price: { input: 9.99, output: 10 } }
                                  small: { provider: azure, price: { input: 0.000001, output: 1 }, aliases: [tiny] }
                                """)
                        .catalog();

        @Test
        void replacesOnlyTheGivenKeys() {
            var gpt = catalog.find("gpt-4.1").orElseThrow();

            assertThat(gpt.provider()).isEqualTo("azure");
            assertThat(gpt.aliases()).containsExactly("gpt-4.1-turbo");
            assertThat(gpt.contextWindow()).hasValue(1_047_576);
        }

        @Test
        void replacesAPriceAsAWhole() {
            assertThat(catalog.find("gpt-4.1").orElseThrow().price())
                    .isEqualTo(Price.of("9.99", "10"));
        }

        @Test
        void appendsNewModels() {
            assertThat(catalog.models())
                    .hasSize(Catalog.shipped().models().size() + 1)
                    .last()
                    .extracting(Model::name)
                    .isEqualTo("small");
        }

        @Test
        void changesTheCatalogVersion() {
            assertThat(catalog.version()).isNotEqualTo(Catalog.shipped().version());
        }
    }

    @Nested
    class WhenProvidersAreNeeded {
        private final MillraceConfig config =
                parse(
                        """
                        providers:
                          one: { wire: openai, base_url: "https://h/v1", api_key: "${ONE}" }
                          two: { wire: openai, base_url: "https://h/v1", keys: [ "${file:/no/such/key}" ] }
                          three: { wire: openai, base_url: "https://h/v1", headers: { X-Key: "Bearer ${THREE}" } }
                          four: { wire: openai, base_url: "http://localhost:8000/v1" }
                          five: { wire: openai, base_url: "https://h/v1", api_key: "" }
                        """);

        @Test
        void reportsEveryMissingSecret() {
            assertThat(
                            config.problemsOfProviders(
                                    Set.of("one", "two", "three", "four", "five", "six")))
                    .extracting(Problem::toString)
                    .containsExactly(
                            "m.yaml: providers.five.api_key: has no value",
                            "m.yaml: providers.one.api_key: environment variable ONE is not set",
                            "m.yaml: providers.six: is not configured",
                            "m.yaml: providers.three.headers.X-Key: environment variable THREE is not set",
                            "m.yaml: providers.two.keys: file /no/such/key cannot be read");
        }

        @Test
        void providersWithoutTheirSecretsAreOffWithTheReason() {
            assertThat(config.off()).isEmpty();
            assertThat(config.withUncallableProvidersOff().offText())
                    .contains(
                            "off: five (has no value), one (environment variable ONE is not set),"
                                    + " three (environment variable THREE is not set), two (file"
                                    + " /no/such/key cannot be read)");
        }

        @Test
        void modelsOfAProviderThatIsOffAreNotInService() {
            MillraceConfig off =
                    parse(
                                    """
                                    providers:
                                      openai: { wire: openai, base_url: "https://h/v1", api_key: "${ONE}" }
                                      deepseek: { wire: openai, base_url: "https://h/v1" }
                                    """)
                            .withUncallableProvidersOff();

            assertThat(off.modelsInService()).extracting(Model::provider).containsOnly("deepseek");
            assertThat(off.modelNames().models()).isEqualTo(off.modelsInService());
            assertThat(off.modelNames().problem("gpt-4.1"))
                    .contains(
                            "the model gpt-4.1 is not in service: its provider openai is off:"
                                    + " environment variable ONE is not set");
        }

        @Test
        void jobsThatReachOnlyProvidersThatAreOffAreRefused() {
            MillraceConfig off =
                    parse(
                                    """
                                    providers:
                                      openai: { wire: openai, base_url: "https://h/v1", api_key: "${ONE}" }
                                      deepseek: { wire: openai, base_url: "https://h/v1" }
                                    """)
                            .withUncallableProvidersOff();
            Model gpt = off.catalog().find("gpt-4.1").orElseThrow();
            Model deepseek = off.catalog().find("deepseek-flash").orElseThrow();
            Model claude = off.catalog().find("claude-sonnet-4.5").orElseThrow();

            assertThatThrownBy(() -> off.requireAnyInService(List.of(gpt, claude)))
                    .hasMessageContaining(
                            "m.yaml: providers.openai.api_key: environment variable ONE is not set");
            assertThatCode(() -> off.requireAnyInService(List.of(gpt, deepseek)))
                    .doesNotThrowAnyException();
            assertThatCode(() -> off.requireAnyInService(List.of(claude)))
                    .doesNotThrowAnyException();
        }

        @Test
        void oneOfSeveralMissingKeysIsAskedFor() {
            MillraceConfig off =
                    parse(
                                    """
                                    providers:
                                      openai: { wire: openai, base_url: "https://h/v1", api_key: "${ONE}" }
                                      deepseek: { wire: openai, base_url: "https://h/v1", api_key: "${TWO}" }
                                    """)
                            .withUncallableProvidersOff();

            assertThatThrownBy(() -> off.requireAnyInService(off.catalog().models()))
                    .hasMessageContaining(
                            "m.yaml: providers: one of these must be on, and all are off: deepseek"
                                    + " (environment variable TWO is not set), openai (environment"
                                    + " variable ONE is not set)");
        }

        @Test
        void simulatedProviderIsNeverOff() {
            assertThat(config.withUncallableProvidersOff().withSimulator().off()).isEmpty();
        }

        @Test
        void ignoresProvidersThatAreNotNeeded() {
            assertThat(config.problemsOfProviders(Set.of("four"))).isEmpty();
        }
    }

    @Nested
    class WhenATenantHasARequestTopic {
        private static final String OWN =
                "request_topics: { own: { tenant: acme }, own.2: { tenant: acme }";

        @Test
        void onlyItsRequestsUseTheTopic() {
            MillraceConfig config = parse(OWN + ", all: {} }");

            assertThat(config.requestTopicOf("acme")).contains("own");
            assertThat(config.requestTopicOf("other")).contains("all");
        }

        @Test
        void anotherTenantHasNone() {
            assertThat(parse(OWN + " }").requestTopicOf("other")).isEmpty();
        }
    }

    private static MillraceConfig parse(String yaml) {
        return new ConfigLoader(Map.of()).parse("m.yaml", yaml);
    }
}
