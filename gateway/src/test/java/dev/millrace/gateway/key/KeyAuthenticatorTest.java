package dev.millrace.gateway.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.GatewayConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.gateway.access.KeyAccess;
import dev.millrace.gateway.access.KeyRights;
import dev.millrace.gateway.access.KeyRole;
import dev.millrace.gateway.access.KeyToken;
import dev.millrace.gateway.http.Caller;
import dev.millrace.gateway.http.CorsRules;
import dev.millrace.gateway.http.HttpRoute;
import dev.millrace.gateway.http.RunningServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyAuthenticatorTest {
    private static final String BEARER = "Bearer ";

    private final FakeControl control = new FakeControl();
    private final AtomicReference<Caller> lastCaller = new AtomicReference<>();
    private RunningServer server;

    /** The body of a request has the model, the estimated tokens and the used tokens. */
    @BeforeEach
    void start() {
        server =
                RunningServer.of(
                        List.of(
                                HttpRoute.get(
                                        "me",
                                        it -> {
                                            Caller caller = it.caller();
                                            lastCaller.set(caller);
                                            it.sendJson(
                                                    (caller.name()
                                                                    + " "
                                                                    + caller.tenant()
                                                                    + " "
                                                                    + caller.batch())
                                                            .getBytes(UTF_8));
                                        }),
                                HttpRoute.post(
                                        "call",
                                        it -> {
                                            String[] words =
                                                    new String(it.body(), UTF_8).split(" ", -1);
                                            it.admit(words[0], Long.parseLong(words[1]))
                                                    .settle(Long.parseLong(words[2]));
                                            it.sendJson("{}".getBytes(UTF_8));
                                        })),
                        new KeyAuthenticator(
                                control,
                                Catalog.shipped(),
                                control.clock(),
                                KeyService.withoutKeys(GatewayConfig.DEFAULT, CorsRules.NONE)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> me(String... headers) throws IOException, InterruptedException {
        return server.send("GET", "/v1/me", "", headers);
    }

    private HttpResponse<String> call(KeyToken token, String body, String... headers)
            throws IOException, InterruptedException {
        var all = new java.util.ArrayList<>(List.of("Authorization", BEARER + token.text()));
        all.addAll(List.of(headers));
        return server.send("POST", "/v1/call", body, all.toArray(String[]::new));
    }

    private static KeyAccess limits(long requests, long tokens) {
        return new KeyAccess(
                "acme",
                new TreeSet<>(),
                OptionalLong.of(requests),
                OptionalLong.of(tokens),
                KeyRights.CALLS,
                Optional.empty());
    }

    private static Optional<String> header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name);
    }

    @Nested
    class WithoutTheRequiredKeys {
        @Test
        void nobodyIsServedAndTheErrorNamesTheCommand() throws Exception {
            GatewayConfig requiring =
                    new ConfigLoader(Map.of())
                            .parse("test", "gateway: { require_keys: true }")
                            .gateway();
            server.close();
            server =
                    RunningServer.of(
                            List.of(HttpRoute.get("me", it -> it.sendJson(new byte[] {'1'}))),
                            new KeyAuthenticator(
                                    control,
                                    Catalog.shipped(),
                                    control.clock(),
                                    KeyService.withoutKeys(requiring, CorsRules.NONE)));

            var refused = me("Authorization", "Bearer sk-whatever");

            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).contains("\"no_keys\"", "millrace keys create");
        }
    }

    @Nested
    class WithoutKeys {
        @Test
        void thisMachineIsServedWithAnyKey() throws Exception {
            assertThat(me().body()).isEqualTo("local default gateway");
            assertThat(me("Authorization", "Bearer sk-whatever").statusCode()).isEqualTo(200);
        }
    }

    @Nested
    class WithAKey {
        private final KeyToken token = control.create(KeyAccess.ofTenant("acme"));

        @Test
        void bothHeadersIdentifyTheCaller() throws Exception {
            String expected = "ci acme key-" + token.id();

            assertThat(me("Authorization", BEARER + token.text()).body()).isEqualTo(expected);
            assertThat(me("authorization", "bearer " + token.text()).body()).isEqualTo(expected);
            assertThat(me("x-api-key", token.text()).body()).isEqualTo(expected);
        }

        @Test
        void isServedForABoundedTimeWhileControlCannotBeRead() throws Exception {
            control.fail();
            assertThat(me("x-api-key", token.text()).statusCode()).isEqualTo(200);

            control.pass(KeyFreshness.LIMIT.minusSeconds(1));
            assertThat(me("x-api-key", token.text()).statusCode()).isEqualTo(200);
            control.pass(java.time.Duration.ofSeconds(1));

            HttpResponse<String> response = me("x-api-key", token.text());
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(header(response, "Retry-After")).isPresent();
        }

        /** The stolen key of a quiet gateway is used long after control was lost. */
        @Test
        void theBoundCountsFromTheLastCallThatFoundControlReadable() throws Exception {
            assertThat(me("x-api-key", token.text()).statusCode()).isEqualTo(200);
            control.fail();
            control.pass(KeyFreshness.LIMIT);

            assertThat(me("x-api-key", token.text()).statusCode()).isEqualTo(503);
        }

        @Test
        void aRequestWithoutKeyIsRefused() throws Exception {
            HttpResponse<String> response = me();

            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.body()).contains("has no API key", "\"code\":\"invalid_api_key\"");
            assertThat(header(response, "WWW-Authenticate")).contains("Bearer");
        }

        @Test
        void clientsOfAnthropicGetTheirFormOfTheError() throws Exception {
            HttpResponse<String> response =
                    me("x-api-key", "mr-x", "anthropic-version", "2023-06-01");

            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.body())
                    .startsWith("{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\"");
        }

        @ParameterizedTest
        @ValueSource(strings = {"sk-whatever", "mr-", "mr-0123456789abcdef-", "Basic YTpi", ""})
        void anotherTextIsRefusedAndNotRepeated(String key) throws Exception {
            HttpResponse<String> response = me("Authorization", BEARER + key);

            assertThat(response.statusCode()).isEqualTo(401);
            if (key.length() > 5) {
                assertThat(response.body()).doesNotContain(key);
            }
        }

        @Test
        void aKeyThatOnlyReadsCallsNoModel() throws Exception {
            KeyToken reader =
                    control.create(
                            new KeyAccess(
                                    "acme",
                                    new TreeSet<>(),
                                    OptionalLong.empty(),
                                    OptionalLong.empty(),
                                    new KeyRights(EnumSet.of(KeyRole.OPERATE), true),
                                    Optional.empty()));

            HttpResponse<String> response = me("x-api-key", reader.text());

            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(response.body()).contains("does not have the role call, which /v1 needs");
        }

        @Test
        void aWrongSecretIsRefused() throws Exception {
            String wrong = new KeyToken(token.id(), "A".repeat(43)).text();

            assertThat(me("x-api-key", wrong).statusCode()).isEqualTo(401);
        }

        @Test
        void aRevokedKeyIsRefusedAndDoesNotOpenTheGateway() throws Exception {
            control.change(token, it -> it.revokedAt(FakeControl.NOON));

            HttpResponse<String> response = me("x-api-key", token.text());
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.body()).contains("is revoked");
            assertThat(me().statusCode()).isEqualTo(401);
        }

        @Test
        void aRevokedKeyEndsAnswersThatHaveBegun() throws Exception {
            assertThat(me("x-api-key", token.text()).statusCode()).isEqualTo(200);
            var begun = Objects.requireNonNull(lastCaller.get()).limits();
            assertThat(begun.isInForce()).isTrue();

            control.change(token, it -> it.revokedAt(FakeControl.NOON));

            assertThat(begun.isInForce()).isFalse();
        }

        @Test
        void anUnreadableKeyDoesNotOpenTheGateway() throws Exception {
            control.write(token.id(), new byte[] {1});

            assertThat(me().statusCode()).isEqualTo(401);
            assertThat(me("x-api-key", token.text()).statusCode()).isEqualTo(401);
        }
    }

    @Nested
    class AKeyOfSomeModels {
        private final KeyToken token =
                control.create(KeyAccess.ofTenant("acme").withModels(List.of("claude-sonnet-4.5")));

        @Test
        void permitsThemByNameAndAlias() throws Exception {
            assertThat(call(token, "claude-sonnet-4.5 1 1").statusCode()).isEqualTo(200);
            for (String alias :
                    Catalog.shipped().find("claude-sonnet-4.5").orElseThrow().aliases()) {
                assertThat(call(token, alias + " 1 1").statusCode()).as(alias).isEqualTo(200);
            }
        }

        @Test
        void refusesOthersAndAuto() throws Exception {
            for (String model : List.of("gpt-4.1", "auto", "unknown")) {
                HttpResponse<String> response = call(token, model + " 1 1");

                assertThat(response.statusCode()).isEqualTo(403);
                assertThat(response.body())
                        .contains("\"code\":\"model_not_allowed\"", "\\\"" + model + "\\\"");
            }
        }
    }

    @Nested
    class AKeyWithLimits {
        @Test
        void isRefusedAboveItsRequestsUntilTimeHasPassed() throws Exception {
            KeyToken token = control.create(limits(2, 1_000_000));

            assertThat(call(token, "auto 1 1").statusCode()).isEqualTo(200);
            HttpResponse<String> second = call(token, "auto 1 1");
            assertThat(header(second, "x-ratelimit-limit-requests")).contains("2");
            assertThat(header(second, "x-ratelimit-remaining-requests")).contains("0");
            assertThat(header(second, "x-ratelimit-reset-requests")).contains("1m0s");
            HttpResponse<String> third = call(token, "auto 1 1");
            assertThat(third.statusCode()).isEqualTo(429);
            assertThat(header(third, "Retry-After")).contains("30");
            assertThat(header(third, "x-ratelimit-remaining-requests")).contains("0");
            assertThat(third.body())
                    .contains(
                            "has reached its limit of 2 requests per minute",
                            "\"type\":\"rate_limit_error\"");
            control.pass(Duration.ofSeconds(30));
            assertThat(call(token, "auto 1 1").statusCode()).isEqualTo(200);
        }

        @Test
        void countsTheTokensThatWereUsed() throws Exception {
            KeyToken token = control.create(limits(100, 1_000));

            HttpResponse<String> first = call(token, "auto 900 100");
            assertThat(header(first, "x-ratelimit-remaining-tokens")).contains("100");
            assertThat(call(token, "auto 900 1000").statusCode()).isEqualTo(200);
            HttpResponse<String> third = call(token, "auto 100 100");
            assertThat(third.statusCode()).isEqualTo(429);
            assertThat(header(third, "Retry-After")).contains("12");
            assertThat(header(third, "x-ratelimit-remaining-requests")).contains("98");
        }

        @Test
        void hasItsShareAmongInstances() throws Exception {
            control.share(2);
            KeyToken token = control.create(limits(2, 1_000_000));

            HttpResponse<String> first = call(token, "auto 1 1");
            assertThat(header(first, "x-ratelimit-limit-requests")).contains("2");
            assertThat(call(token, "auto 1 1").statusCode()).isEqualTo(429);
        }

        @Test
        void tellsClientsOfAnthropicInTheirHeaders() throws Exception {
            KeyToken token = control.create(limits(2, 1_000));

            HttpResponse<String> response =
                    call(token, "auto 10 10", "anthropic-version", "2023-06-01");

            assertThat(header(response, "anthropic-ratelimit-requests-limit")).contains("2");
            assertThat(header(response, "anthropic-ratelimit-requests-remaining")).contains("1");
            assertThat(header(response, "anthropic-ratelimit-requests-reset"))
                    .contains("2026-11-20T12:00:30Z");
            assertThat(header(response, "anthropic-ratelimit-tokens-remaining")).contains("990");
        }
    }
}
