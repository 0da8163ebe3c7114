package dev.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayApiTest {
    private RunningServer server;

    @BeforeAll
    void start() {
        server =
                RunningServer.of(
                        List.of(
                                HttpRoute.post("echo", it -> it.sendJson(it.body())),
                                HttpRoute.get(
                                        "things/{id}",
                                        it ->
                                                it.sendJson(
                                                        ("{\"id\":\""
                                                                        + it.path().getFirst()
                                                                        + "\"}")
                                                                .getBytes(UTF_8))),
                                HttpRoute.delete(
                                        "things/{id}",
                                        _ -> {
                                            throw ApiError.notFound("there is no such thing");
                                        }),
                                HttpRoute.get(
                                        "page",
                                        it ->
                                                it.sendJson(
                                                        PageQuery.read(it.request().query(), 5, 9)
                                                                .toString()
                                                                .getBytes(UTF_8))),
                                HttpRoute.get(
                                        "busy",
                                        _ -> {
                                            throw ApiError.overloaded(
                                                    Duration.ofMillis(1_500), "come back later");
                                        }),
                                HttpRoute.post(
                                        "messages",
                                        _ -> {
                                            throw ApiError.invalid("max_tokens", "is required");
                                        }),
                                HttpRoute.get(
                                        "fault",
                                        _ -> {
                                            throw new IllegalStateException("secret");
                                        })));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void answersWithTheHandlerOfThePath() throws Exception {
        assertThat(server.send("POST", "/v1/echo", "{\"a\":1}").body()).isEqualTo("{\"a\":1}");
        assertThat(server.send("GET", "/v1/things/a%2Fb", "").body()).isEqualTo("{\"id\":\"a/b\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=%zz",
                "limit=%",
                "after=%c3%28",
                "after=%00",
                "limit",
                "limit=",
                "limit=5&limit=99",
                "&&=&",
                "order=DESC",
                "a+b=c%20d"
            })
    void oddQueryIsNoFaultOfTheGateway(String query) throws Exception {
        String head =
                server.sendRaw("GET /v1/page?" + query + " HTTP/1.1\r\nHost: localhost\r\n\r\n");

        assertThat(head).containsPattern("^HTTP/1.1 (200|400)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/page HTTP/1.0\r\n\r\n",
                "GET /v1/page HTTP/1.1\r\n\r\n",
                "GET /v1/page HTTP/1.1\r\nHost: \r\n\r\n",
                "GET /v1/page HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET http://localhost/v1/page HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /v1/page HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n\r\n",
                """
                POST /v1/echo HTTP/1.1\r
                Host: localhost\r
                Content-Type: application/json\r
                Expect: 200-maybe\r
                Content-Length: 2\r
                \r
                {}""",
                """
                POST /v1/echo HTTP/1.1\r
                Host: localhost\r
                Content-Type: application/json\r
                Transfer-Encoding: gzip, chunked\r
                \r
                2\r
                {}\r
                0\r
                \r
                """,
                """
                POST /v1/echo HTTP/1.1\r
                Host: localhost\r
                Content-Type: application/json\r
                Content-Length: 2\r
                Content-Length: 2\r
                \r
                {}"""
            })
    void oddRequestIsNoFaultOfTheGateway(String request) throws Exception {
        assertThat(server.sendRaw(request)).doesNotContain("HTTP/1.1 500");
    }

    @Test
    void reportsErrorsAsOpenAiDoes() throws Exception {
        HttpResponse<String> response = server.send("DELETE", "/v1/things/1", "");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body())
                .isEqualTo(
                        "{\"error\":{\"message\":\"there is no such thing\","
                                + "\"type\":\"invalid_request_error\",\"param\":null,"
                                + "\"code\":\"not_found\"}}");
    }

    @Test
    void reportsErrorsOfMessagesAsAnthropicDoes() throws Exception {
        HttpResponse<String> response = server.send("POST", "/v1/messages", "{}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(RunningServer.json(response).at("/type").asString()).isEqualTo("error");
        assertThat(RunningServer.json(response).at("/error/type").asString())
                .isEqualTo("invalid_request_error");
        assertThat(RunningServer.json(response).at("/request_id").asString())
                .isEqualTo(response.headers().firstValue("request-id").orElseThrow());
    }

    @Test
    void tellsWhenToComeBack() throws Exception {
        HttpResponse<String> response = server.send("GET", "/v1/busy", "");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).contains("2");
    }

    @Test
    void keepsTheDetailsOfAFaultToItself() throws Exception {
        HttpResponse<String> response = server.send("GET", "/v1/fault", "");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).contains("internal_error").doesNotContain("secret");
    }

    @Test
    void refusesPathsAndMethodsThatDoNotExist() throws Exception {
        assertThat(server.send("GET", "/v1/nothing", "").statusCode()).isEqualTo(404);
        HttpResponse<String> wrongMethod = server.send("POST", "/v1/things/1", "");
        assertThat(wrongMethod.statusCode()).isEqualTo(405);
        assertThat(wrongMethod.headers().firstValue("Allow")).contains("DELETE, GET, HEAD");
        assertThat(server.send("GET", "/v1/things/%25zz", "").body()).isEqualTo("{\"id\":\"%zz\"}");
    }

    @Test
    void refusesABodyAboveTheLimit() throws Exception {
        HttpResponse<String> response = server.send("POST", "/v1/echo", "x".repeat(1_048_577));

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).contains("1,048,576 bytes");
    }

    @Test
    void echoesTheIdOfARequestOrMakesOne() throws Exception {
        assertThat(requestId("X-Request-ID", "mine-1")).isEqualTo("mine-1");
        assertThat(requestId("X-Other", "mine-1")).startsWith("req-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "<script>", "ä"})
    void replacesAnIdThatCouldDoHarm(String id) throws IOException {
        String answer =
                server.sendRaw(
                        "GET /v1/nothing HTTP/1.1\r\nHost: localhost\r\n"
                                + "X-Request-ID: "
                                + id
                                + "\r\n\r\n");

        assertThat(answer).containsIgnoringCase("X-Request-ID: req-").doesNotContain(id);
    }

    @Test
    void refusesOtherHostNamesWithoutKeys() throws IOException {
        String answer = server.sendRaw("GET /v1/things/1 HTTP/1.1\r\nHost: evil.example\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 403");
    }

    private String requestId(String header, String value) throws Exception {
        return server.send("GET", "/v1/nothing", "", header, value)
                .headers()
                .firstValue("X-Request-ID")
                .orElseThrow();
    }
}
