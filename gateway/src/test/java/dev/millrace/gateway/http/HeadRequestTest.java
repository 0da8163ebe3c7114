package dev.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeadRequestTest {
    private static final byte[] THING = "{\"id\":1}".getBytes(UTF_8);

    private RunningServer server;

    @BeforeAll
    void start() {
        server =
                RunningServer.of(
                        List.of(
                                HttpRoute.get("thing", it -> it.sendJson(THING)),
                                HttpRoute.get(
                                        "lost",
                                        _ -> {
                                            throw ApiError.notFound("there is no such thing");
                                        }),
                                HttpRoute.get("pieces", HeadRequestTest::sendPieces),
                                HttpRoute.post("thing", it -> it.sendJson(it.body()))));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static void sendPieces(Exchange exchange) throws IOException {
        try (OutputStream out = exchange.open("application/jsonl")) {
            for (int i = 0; i < 3; i++) {
                out.write(THING);
            }
        }
    }

    @Test
    void headHasTheHeadersOfGetWithoutItsBody() throws Exception {
        HttpResponse<String> get = server.send("GET", "/v1/thing", "");
        HttpResponse<String> head = server.send("HEAD", "/v1/thing", "");

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().map().keySet()).isEqualTo(get.headers().map().keySet());
        assertThat(head.headers().firstValue("Content-Length")).contains("8");
        assertThat(head.headers().firstValue("Content-Type")).contains("application/json");
    }

    @Test
    void nextRequestOnTheConnectionIsAnswered() throws Exception {
        String answers =
                server.sendRaw(
                        """
                        HEAD /v1/thing HTTP/1.1\r
                        Host: localhost\r
                        \r
                        GET /v1/nothing HTTP/1.1\r
                        Host: localhost\r
                        \r
                        """,
                        2);

        assertThat(answers).contains("HTTP/1.1 200", "HTTP/1.1 404");
    }

    @Test
    void errorsHaveNoBodyEither() throws Exception {
        HttpResponse<String> lost = server.send("HEAD", "/v1/lost", "");

        assertThat(lost.statusCode()).isEqualTo(404);
        assertThat(lost.body()).isEmpty();
        assertThat(server.send("HEAD", "/v1/nothing", "").statusCode()).isEqualTo(404);
    }

    @Test
    void answerThatIsWrittenInPiecesHasItsLength() throws Exception {
        HttpResponse<String> head = server.send("HEAD", "/v1/pieces", "");

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("Content-Type")).contains("application/jsonl");
        assertThat(head.headers().firstValue("Content-Length")).contains("24");
    }

    @Test
    void allowNamesHeadWhereGetIs() throws Exception {
        HttpResponse<String> response = server.send("DELETE", "/v1/thing", "");

        assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD, POST");
    }
}
