package dev.millrace.configuration.loading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.MetricsConfig;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.RequestTopicConfig;
import dev.millrace.configuration.RouterConfig;
import dev.millrace.configuration.Secret;
import dev.millrace.configuration.SinkConfig;
import dev.millrace.configuration.TenantConfig;
import dev.millrace.configuration.TopicsConfig;
import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.job.Wire;
import dev.millrace.contracts.money.Price;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Reads the reference file, which uses every key. */
class ReferenceFileTest {
    private static final String TEXT = Resources.text("/millrace-reference.yaml");

    @Nested
    class WhenRead {
        private final MillraceConfig config =
                new ConfigLoader(Map.of("OPENAI_API_KEY", "sk-0123456789abcdef01"))
                        .parse("reference", TEXT);

        @Test
        void readsTheCluster() {
            assertThat(config.isEmbedded()).isFalse();
            assertThat(config.kafka().orElseThrow().bootstrapServers()).isEqualTo("localhost:9092");
            assertThat(config.topics()).isEqualTo(TopicsConfig.CLUSTER);
        }

        @Test
        void bindsATopicToATenant() {
            assertThat(config.requestTopics())
                    .isEqualTo(
                            Map.of(
                                    "millrace.requests",
                                    RequestTopicConfig.OPEN,
                                    "acme.requests",
                                    new RequestTopicConfig(Optional.of("acme"))));
        }

        @Test
        void readsTheProviders() {
            var openai = config.provider("openai").orElseThrow();

            assertThat(config.providers()).containsOnlyKeys("openai", "anthropic", "simulator");
            assertThat(openai.wire()).isEqualTo(Wire.OPENAI);
            assertThat(openai.baseUrl()).contains(URI.create("https://api.openai.com/v1"));
            assertThat(openai.allKeys()).containsExactly(Secret.of("sk-0123456789abcdef01"));
            assertThat(openai.headers()).containsEntry("OpenAI-Organization", Secret.of("org-1"));
            assertThat(openai.limits().concurrency()).hasValue(2000);
            assertThat(config.provider("anthropic").orElseThrow().apiKey())
                    .contains(Secret.unset("environment variable ANTHROPIC_API_KEY is not set"));
            assertThat(config.provider("simulator").orElseThrow().simulator()).isPresent();
        }

        @Test
        void overlaysItsModelsOnTheShippedOnes() {
            var gpt = config.catalog().find("gpt-4.1-turbo").orElseThrow();

            assertThat(gpt.price())
                    .isEqualTo(
                            new Price(
                                    new BigDecimal("2.5"),
                                    new BigDecimal("0.625"),
                                    new BigDecimal("2.5"),
                                    new BigDecimal("8"),
                                    Optional.empty()));
            assertThat(gpt.fallbacks().chain()).containsExactly("claude-sonnet-4.5");
            assertThat(gpt.fallbacks().after()).isEqualTo(Duration.ofSeconds(30));
            assertThat(gpt.limits().tokensPerMinute()).isEqualTo(OptionalLong.of(2_000_000));
            assertThat(config.catalog().models()).hasSameSizeAs(Catalog.shipped().models());
        }

        @Test
        void putsTheModelsOfItsProvidersIntoService() {
            assertThat(config.modelsInService())
                    .isEqualTo(
                            config.catalog().models().stream()
                                    .filter(
                                            it ->
                                                    Set.of("openai", "anthropic")
                                                            .contains(it.provider()))
                                    .toList());
        }

        @Test
        void documentsTheDefaultsOfWorkerRouterSinkAndMetrics() {
            assertThat(config.worker()).isEqualTo(WorkerConfig.DEFAULT);
            assertThat(config.router()).isEqualTo(RouterConfig.DEFAULT);
            assertThat(config.sink().jdbcUrl()).isEqualTo(SinkConfig.DEFAULT.jdbcUrl());
            assertThat(config.sink().retention()).isEqualTo(SinkConfig.DEFAULT.retention());
            assertThat(config.metrics().listen()).contains(MetricsConfig.DEFAULT_LISTEN);
        }

        @Test
        void readsTheRulesOfItsPolicy() {
            var rules = config.policy("default").orElseThrow().rules();

            assertThat(rules).hasSize(6);
            assertThat(rules.get(4).models()).containsExactly("gpt-4.1", "claude-sonnet-4.5");
            assertThat(rules.get(4).guard().orElseThrow().over()).isEqualTo(200);
            assertThat(rules.getLast().use()).containsExactly("deepseek-flash");
        }

        @Test
        void readsTheBudgetOfATenant() {
            assertThat(config.tenant("acme").budget().orElseThrow().limitUsd())
                    .isEqualByComparingTo("100");
            assertThat(config.tenant("someone else")).isEqualTo(TenantConfig.DEFAULT);
        }
    }

    @Nested
    class WhenItsKeysAreSet {
        @Test
        void acceptsEverySetting() {
            var environment =
                    Map.of(
                            "OPENAI_API_KEY",
                            "sk-0123456789abcdef01",
                            "ANTHROPIC_API_KEY",
                            "sk-ant-0123456789abcdef02");

            assertThat(new ConfigLoader(environment).parse("reference", TEXT).sink().retention())
                    .isEqualTo(Duration.ofDays(30));
        }
    }
}
