package dev.millrace.worker.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.config.ProviderConfig;
import dev.millrace.contracts.config.Secret;
import dev.millrace.contracts.config.Wire;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ProviderAddressTest {
    private static final JobId JOB = JobId.of("t", "b", "c");
    private static final Map<String, ProviderConfig> PROVIDERS =
            Map.of(
                    "openai",
                    provider(
                            Wire.OPENAI,
                            "https://api.openai.com/v1",
                            List.of(Secret.of("k1"), Secret.of("k2")),
                            Map.of("OpenAI-Organization", Secret.of("org-1"))),
                    "anthropic",
                    provider(
                            Wire.ANTHROPIC,
                            "https://api.anthropic.com",
                            List.of(Secret.of("k-env")),
                            Map.of()),
                    "unset",
                    provider(Wire.OPENAI, "http://h", List.of(Secret.unset("NO_KEY")), Map.of()));

    private static ProviderConfig provider(
            Wire wire, String url, List<Secret> keys, Map<String, Secret> headers) {
        return new ProviderConfig(
                wire,
                Optional.of(URI.create(url)),
                Optional.empty(),
                keys,
                headers,
                Limits.NONE,
                Optional.empty());
    }

    private static ProviderAddress address(String name) {
        return new ProviderAddress(name, Objects.requireNonNull(PROVIDERS.get(name)));
    }

    private static ProviderRequest outgoing(ProviderAddress address, Endpoint endpoint) {
        return outgoing(address, endpoint, 0);
    }

    private static ProviderRequest outgoing(ProviderAddress address, Endpoint endpoint, int key) {
        return address.request(endpoint, JOB, key, new byte[0]);
    }

    @Nested
    class OnTheOpenAiWire {
        @Test
        void baseUrlContainsTheVersion() {
            assertThat(outgoing(address("openai"), Endpoint.CHAT_COMPLETIONS).uri())
                    .hasToString("https://api.openai.com/v1/chat/completions");
        }

        @Test
        void consecutiveNumbersAlternateTheKeysAndHeadersAreAlwaysSent() {
            var address = address("openai");

            for (int key : new int[] {0, 1, 2, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                String secret = key % 2 == 0 ? "k1" : "k2";
                assertThat(outgoing(address, Endpoint.EMBEDDINGS, key).headers())
                        .containsEntry("Authorization", "Bearer " + secret)
                        .containsEntry("OpenAI-Organization", "org-1")
                        .containsEntry("Idempotency-Key", JOB.value());
            }
        }

        @Test
        void messagesAreNotOffered() {
            assertThat(address("openai").endpoints())
                    .containsExactlyInAnyOrder(
                            Endpoint.CHAT_COMPLETIONS,
                            Endpoint.RESPONSES,
                            Endpoint.COMPLETIONS,
                            Endpoint.EMBEDDINGS);
        }
    }

    @Nested
    class OnTheAnthropicWire {
        @Test
        void baseUrlIsFollowedByTheWholeUrl() {
            assertThat(outgoing(address("anthropic"), Endpoint.MESSAGES).uri())
                    .hasToString("https://api.anthropic.com/v1/messages");
        }

        @Test
        void keyHeaderAndVersionAreSent() {
            assertThat(outgoing(address("anthropic"), Endpoint.MESSAGES).headers())
                    .containsEntry("x-api-key", "k-env")
                    .containsKey("anthropic-version")
                    .doesNotContainKey("Authorization");
        }

        @Test
        void onlyMessagesAreOffered() {
            assertThat(address("anthropic").endpoints()).containsExactly(Endpoint.MESSAGES);
        }
    }

    @Nested
    class OfTheBuiltInSimulator {
        private final ProviderAddress address =
                new ProviderAddress(
                        "simulator",
                        ProviderConfig.simulated().at(URI.create("http://127.0.0.1:99")));

        @Test
        void everyUrlIsOfferedWithoutAKey() {
            assertThat(address.endpoints()).containsExactlyInAnyOrder(Endpoint.values());
            for (Endpoint endpoint : Endpoint.values()) {
                assertThat(outgoing(address, endpoint).uri())
                        .hasToString("http://127.0.0.1:99" + endpoint.url());
            }
        }
    }

    @Test
    void unsetSecretIsNamed() {
        assertThat(address("unset").missingSecret())
                .hasValueSatisfying(it -> assertThat(it).contains("NO_KEY"));
    }

    @Test
    void requestNeverShowsItsKey() {
        assertThat(outgoing(address("openai"), Endpoint.RESPONSES).toString())
                .doesNotContain("k1")
                .doesNotContain("Bearer");
    }
}
