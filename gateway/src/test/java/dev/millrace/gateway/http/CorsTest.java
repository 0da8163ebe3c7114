package dev.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CorsTest {
    private static final List<HttpRoute> ROUTES =
            List.of(
                    HttpRoute.get("thing", it -> it.sendJson("{}".getBytes(UTF_8))),
                    HttpRoute.post("echo", it -> it.sendJson(it.body())));
    private static final String APP = "https://app.example.com";

    private RunningServer server;
    private RunningServer closed;

    @BeforeAll
    void start() {
        server = RunningServer.of(ROUTES, new CorsRules(Set.of(APP)));
        closed = RunningServer.of(ROUTES);
    }

    @AfterAll
    void stop() {
        server.close();
        closed.close();
    }

    private static String send(RunningServer to, String method, String path, String... headers)
            throws IOException {
        return to.sendRaw(
                        method
                                + " "
                                + path
                                + " HTTP/1.1\r\nHost: localhost\r\n"
                                + String.join("\r\n", headers)
                                + "\r\n\r\n")
                .toLowerCase(java.util.Locale.ROOT);
    }

    @Nested
    class AConfiguredOrigin {
        @Test
        void mayReadAnswersAndTheirHeaders() throws IOException {
            assertThat(send(server, "GET", "/v1/thing", "Origin: " + APP))
                    .startsWith("http/1.1 200")
                    .contains("access-control-allow-origin: " + APP, "vary: origin")
                    .containsPattern("access-control-expose-headers: .*x-millrace-cost")
                    .containsPattern("access-control-expose-headers: .*anthropic-ratelimit-tokens")
                    .doesNotContain("access-control-allow-credentials");
        }

        @Test
        void mayReadErrors() throws IOException {
            assertThat(send(server, "GET", "/v1/nothing", "Origin: " + APP))
                    .startsWith("http/1.1 404")
                    .contains("access-control-allow-origin: " + APP);
        }

        @Test
        void getsItsPreflightAnsweredWithoutAKey() throws IOException {
            assertThat(
                            send(
                                    server,
                                    "OPTIONS",
                                    "/v1/echo",
                                    "Origin: " + APP,
                                    "Access-Control-Request-Method: POST",
                                    "Access-Control-Request-Headers: authorization,content-type"))
                    .startsWith("http/1.1 204")
                    .contains(
                            "access-control-allow-origin: " + APP,
                            "access-control-allow-methods: get, head, post, delete",
                            "access-control-allow-headers: authorization,content-type",
                            "access-control-max-age: 600")
                    .containsPattern("vary: .*access-control-request-headers");
        }
    }

    @Nested
    class AnotherOrigin {
        @Test
        void getsNoPermission() throws IOException {
            for (RunningServer each : List.of(server, closed)) {
                assertThat(
                                send(
                                        each,
                                        "OPTIONS",
                                        "/v1/echo",
                                        "Origin: https://evil.example",
                                        "Access-Control-Request-Method: POST"))
                        .startsWith("http/1.1 403")
                        .doesNotContain("access-control-");
            }
        }

        @Test
        void isRefusedWithoutKeysWhereverTheServerIs() throws IOException {
            for (String origin : List.of("https://evil.example", "null", "http://localhost:3000")) {
                assertThat(send(closed, "GET", "/v1/thing", "Origin: " + origin))
                        .as(origin)
                        .startsWith("http/1.1 403");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"cross-site", "same-site"})
        void isRefusedWithoutKeysIfOnlyTheSiteIsNamed(String site) throws IOException {
            assertThat(send(closed, "GET", "/v1/thing", "Sec-Fetch-Site: " + site))
                    .startsWith("http/1.1 403");
        }

        @Test
        void isToldInAnswersThatTheyDependOnIt() throws IOException {
            assertThat(send(server, "GET", "/v1/thing"))
                    .startsWith("http/1.1 200")
                    .contains("vary: origin")
                    .doesNotContain("access-control-");
        }
    }

    /** Types that a page may send without a preflight, and none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: text/plain",
                "Content-Type: text/plain; x=application/json",
                "Content-Type: text/plain;json",
                "Content-Type: application/x-www-form-urlencoded; charset=json",
                "Content-Type: application/x-www-form-urlencoded",
                "Content-Type: application/x-www-form-urlencoded\r\nUser-Agent: Mozilla/5.0",
                "Content-Type: text/plain\r\nUser-Agent: curl/8.5.0",
                "Content-Type: multipart/form-data; boundary=x",
                "X-None: 1"
            })
    void bodyThatAPageMaySendUnaskedIsRefusedWithoutKeys(String type) throws IOException {
        String answer =
                closed.sendRaw(
                        "POST /v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
                                + type
                                + "\r\n\r\n{}");

        assertThat(answer).startsWith("HTTP/1.1 415");
    }

    /** Requests that no page can send without a preflight, and a request of curl. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: application/json",
                "Content-Type: application/x-www-form-urlencoded\r\nx-api-key: any",
                "Content-Type: text/plain\r\nAuthorization: Bearer any",
                "Content-Type: application/x-www-form-urlencoded\r\nUser-Agent: curl/8.5.0"
            })
    void bodyThatNoPageSendsUnaskedIsAnswered(String headers) throws IOException {
        String answer =
                closed.sendRaw(
                        "POST /v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
                                + headers
                                + "\r\n\r\n{}");

        assertThat(answer).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Forwarded: for=203.0.113.7",
                "Via: 1.1 proxy",
                "X-Forwarded-For: 203.0.113.7",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Scheme: https",
                "X-Forwarded-Ssl: on",
                "X-Forwarded-User: anna",
                "X-Forwarded-Email: anna@example.com",
                "X-Forwarded-Groups: staff",
                "X-Original-Forwarded-For: 203.0.113.7",
                "Fastly-Client-IP: 203.0.113.7",
                "CF-Connecting-IP: 203.0.113.7",
                "True-Client-IP: 203.0.113.7",
                "X-Client-IP: 203.0.113.7",
                "X-Real-IP: 203.0.113.7"
            })
    void clientsOfAProxyAreNotLocal(String header) throws IOException {
        assertThat(send(closed, "GET", "/v1/thing", header)).startsWith("http/1.1 403");
    }

    @Test
    void pageOfThisServerIsAnswered() throws IOException {
        assertThat(send(closed, "GET", "/v1/thing", "Origin: http://localhost"))
                .startsWith("http/1.1 200");
    }
}
