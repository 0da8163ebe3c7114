package dev.millrace.worker.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.Secret;
import dev.millrace.configuration.TokenCommand;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.configuration.provider.KeyHeader;
import dev.millrace.configuration.provider.TlsSettings;
import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.JobLabels;
import dev.millrace.contracts.job.JobOptions;
import dev.millrace.contracts.job.ProviderHeader;
import dev.millrace.contracts.job.Wire;
import dev.millrace.contracts.money.Price;
import dev.millrace.wire.stream.ExpectedAnswer;
import dev.millrace.worker.http.ProviderRequest;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers.CallRequest;
import dev.millrace.worker.port.Providers.Window;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ProviderAddressTest {
    private static final JobId JOB = JobId.of("t", "b", "c");
    private static final MillraceConfig CONFIG =
            new ConfigLoader(Map.of())
                    .withoutKeys()
                    .parse(
                            "m.yaml",
                            """
                            providers:
                              openai:
                                wire: openai
                                base_url: https://api.openai.com/v1
                                headers: { OpenAI-Organization: org-1 }
                              anthropic:
                                wire: anthropic
                                base_url: https://api.anthropic.com
                                api_key: k-env
                              azure:
                                wire: openai
                                base_url: https://mine.openai.azure.com/
                                api_key: k-azure
                                auth: { header: api-key }
                                urls: [ /v1/chat/completions, /v1/embeddings ]
                                paths:
                                  /v1/chat/completions: /openai/deployments/{model}/chat/completions
                                query: { api-version: "2024-10-21", "a b": "c&d" }
                              gateway:
                                wire: anthropic
                                base_url: https://gateway/llm
                                api_key: k-gateway
                                auth: { header: Authorization }
                                headers: { Anthropic-Version: "2099-01-01" }
                              beta:
                                wire: anthropic
                                base_url: https://h
                                api_key: k-beta
                                headers: { Anthropic-Beta: "own" }
                              token:
                                wire: openai
                                base_url: https://h
                                api_key: k-token
                                auth: { scheme: Token }
                              unset: { wire: openai, base_url: "http://h", api_key: "${NO_KEY}" }
                              unset_query: { wire: openai, base_url: "http://h", query: { key: "${NO_QUERY}" } }
                            """);

    private static ProviderAddress address(String name) {
        return address(name, CONFIG.provider(name).orElseThrow());
    }

    private static ProviderAddress address(String name, ProviderConfig provider) {
        return new ProviderAddress(
                name,
                provider,
                new LoopClock(InstantSource.fixed(Instant.EPOCH), () -> 0),
                ExpiringKey.MISSING);
    }

    private static ProviderRequest outgoing(ProviderAddress address, Endpoint endpoint) {
        return outgoing(address, endpoint, 0);
    }

    private static ProviderRequest outgoing(ProviderAddress address, Endpoint endpoint, int key) {
        return requestOf(
                address, call("m", 1, key), new ExpectedAnswer(endpoint, true), JobOptions.NONE);
    }

    private static ProviderRequest requestOf(
            ProviderAddress address,
            CallRequest call,
            ExpectedAnswer expected,
            JobOptions options) {
        return address.request(
                call, address.keys().key(call.key()), expected, new byte[0], options);
    }

    private static JobOptions options(
            @Nullable String requestId, Map<ProviderHeader, String> headers) {
        return new JobOptions(
                null,
                null,
                null,
                null,
                null,
                JobOptions.NONE.spending(),
                null,
                new JobLabels(requestId, null),
                null,
                null,
                headers,
                null);
    }

    private static CallRequest call(String model, int attempt, int key) {
        return new CallRequest(
                JOB,
                attempt,
                Model.of(model, "p", Price.of("1", "1")),
                new byte[0],
                null,
                key,
                Window.open(0));
    }

    @Nested
    class HeadersOfTheJob {
        private ProviderRequest request(String provider, Endpoint endpoint) {
            return requestOf(
                    address(provider),
                    call("m", 1, 0),
                    new ExpectedAnswer(endpoint, true),
                    options(
                            null,
                            Map.of(
                                    ProviderHeader.ANTHROPIC_BETA,
                                    "context-1m",
                                    ProviderHeader.OPENAI_BETA,
                                    "responses=v1")));
        }

        @Test
        void areSentToTheirOwnApiOnly() {
            assertThat(request("gateway", Endpoint.MESSAGES).headers())
                    .containsEntry("anthropic-beta", "context-1m")
                    .doesNotContainKey("openai-beta");
            assertThat(request("openai", Endpoint.RESPONSES).headers())
                    .containsEntry("openai-beta", "responses=v1")
                    .doesNotContainKey("anthropic-beta");
        }

        @Test
        void versionReplacesTheUsualOneButNotThatOfTheProvider() {
            for (String provider : List.of("beta", "gateway")) {
                var request =
                        requestOf(
                                address(provider),
                                call("m", 1, 0),
                                new ExpectedAnswer(Endpoint.MESSAGES, true),
                                options(
                                        null,
                                        Map.of(ProviderHeader.ANTHROPIC_VERSION, "2026-10-21")));

                assertThat(request.headers().entrySet())
                        .filteredOn(it -> it.getKey().equalsIgnoreCase("anthropic-version"))
                        .extracting(Map.Entry::getValue)
                        .containsExactly(provider.equals("gateway") ? "2099-01-01" : "2026-10-21");
            }
        }

        @Test
        void areAddedToThoseOfTheProvider() {
            assertThat(request("beta", Endpoint.MESSAGES).headers().entrySet())
                    .filteredOn(it -> it.getKey().equalsIgnoreCase("anthropic-beta"))
                    .extracting(Map.Entry::getValue)
                    .containsExactly("own,context-1m");
        }
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
            var provider =
                    new ProviderConfig(
                            Wire.OPENAI,
                            Optional.of(URI.create("https://h")),
                            Optional.empty(),
                            List.of(Secret.of("k1"), Secret.of("k2")),
                            Set.of(),
                            KeyHeader.DEFAULT,
                            Map.of("OpenAI-Organization", Secret.of("org-1")),
                            Map.of(),
                            Map.of(),
                            Optional.empty(),
                            Optional.empty(),
                            TlsSettings.DEFAULT,
                            Optional.empty(),
                            Limits.NONE,
                            Limits.NONE,
                            Optional.empty());
            var address = address("two", provider);

            for (int key : new int[] {0, 1, 2, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                String secret = key % 2 == 0 ? "k1" : "k2";
                assertThat(outgoing(address, Endpoint.EMBEDDINGS, key).headers())
                        .containsEntry("Authorization", "Bearer " + secret)
                        .containsEntry("OpenAI-Organization", "org-1")
                        .containsEntry("Idempotency-Key", JOB.value());
            }
        }

        @Test
        void eachAttemptHasItsOwnRequestIdAndTheJobsIdempotencyKey() {
            for (int attempt : new int[] {1, 2}) {
                var request =
                        requestOf(
                                address("openai"),
                                call("m", attempt, 0),
                                new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true),
                                JobOptions.NONE);

                assertThat(request.headers())
                        .containsEntry("Idempotency-Key", JOB.value())
                        .containsEntry("X-Request-ID", JOB.value() + "-" + attempt);
            }
        }

        @Test
        void requestIdOfTheClientIsPassedOn() {
            var request =
                    requestOf(
                            address("openai"),
                            call("m", 2, 0),
                            new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true),
                            options("mine-1", Map.of()));

            assertThat(request.headers())
                    .containsEntry("Idempotency-Key", JOB.value())
                    .containsEntry("X-Request-ID", "mine-1");
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
    class WithItsOwnPathsAndHeaders {
        private final ProviderRequest chat =
                requestOf(
                        address("azure"),
                        call("gpt/4 1", 1, 0),
                        new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true),
                        JobOptions.NONE);

        @Test
        void modelIsOneEncodedSegmentOfThePathAndTheQueryFollows() {
            assertThat(chat.uri())
                    .hasToString(
                            "https://mine.openai.azure.com/openai/deployments/gpt%2F4%201/chat/completions"
                                    + "?api-version=2024-10-21&a%20b=c%26d");
        }

        @Test
        void otherUrlsKeepTheWiresPath() {
            assertThat(outgoing(address("azure"), Endpoint.EMBEDDINGS).uri())
                    .hasPath("/embeddings")
                    .hasParameter("api-version", "2024-10-21");
        }

        @Test
        void bareKeyIsSentInItsHeaderOnly() {
            assertThat(chat.headers())
                    .containsEntry("api-key", "k-azure")
                    .doesNotContainKey("Authorization");
        }

        @Test
        void onlyDeclaredUrlsAreOffered() {
            assertThat(address("azure").endpoints())
                    .containsExactly(Endpoint.CHAT_COMPLETIONS, Endpoint.EMBEDDINGS);
        }

        @Test
        void authorizationIsABearerOnBothWires() {
            assertThat(outgoing(address("gateway"), Endpoint.MESSAGES).headers())
                    .containsEntry("Authorization", "Bearer k-gateway")
                    .doesNotContainKey("x-api-key");
        }

        @Test
        void configuredHeaderReplacesTheWires() {
            assertThat(outgoing(address("gateway"), Endpoint.MESSAGES).headers())
                    .containsEntry("anthropic-version", "2099-01-01")
                    .doesNotContainKey("Anthropic-Version");
        }

        @Test
        void schemePrecedesTheKey() {
            assertThat(outgoing(address("token"), Endpoint.RESPONSES).headers())
                    .containsEntry("Authorization", "Token k-token");
        }
    }

    @Nested
    class OfTheBuiltInSimulator {
        private final ProviderAddress address =
                address(
                        "simulator",
                        ProviderConfig.simulated().at(URI.create("http://127.0.0.1:99")));

        @Test
        void everyUrlIsOfferedWithoutAKey() {
            assertThat(address.endpoints()).containsExactlyElementsOf(Endpoints.known().all());
            for (Endpoint endpoint : Endpoints.known().all()) {
                assertThat(outgoing(address, endpoint).uri())
                        .hasToString("http://127.0.0.1:99" + endpoint.url());
            }
        }
    }

    private static Optional<String> missingSecret(String provider) {
        var address = address(provider);
        return address.missingSecret(address.keys().key(0));
    }

    @Test
    void unsetSecretIsNamed() {
        assertThat(missingSecret("unset"))
                .hasValueSatisfying(it -> assertThat(it).contains("NO_KEY"));
        assertThat(missingSecret("unset_query"))
                .hasValueSatisfying(it -> assertThat(it).contains("NO_QUERY"));
    }

    @Test
    void commandNeedsTheFeatureThatRunsIt() {
        ProviderConfig provider =
                ProviderConfig.of(Wire.OPENAI, URI.create("http://h/v1"))
                        .withKey(
                                new TokenCommand(
                                        List.of(Secret.of("print-token")), Optional.empty()));

        assertThatThrownBy(() -> address("vertex", provider))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the command of the key of vertex needs the feature \"token\", which this"
                                + " installation does not have");
    }

    @Test
    void requestNeverShowsItsKey() {
        assertThat(outgoing(address("token"), Endpoint.RESPONSES).toString())
                .doesNotContain("k-token")
                .doesNotContain("Token");
    }
}
