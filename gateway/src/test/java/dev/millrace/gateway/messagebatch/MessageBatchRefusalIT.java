package dev.millrace.gateway.messagebatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.fixtures.BatchServer;
import dev.millrace.gateway.http.RunningServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MessageBatchRefusalIT {
    private static final String PATH = "/v1/messages/batches";

    private BatchServer gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        gateway = new BatchServer(folder);
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    private static String request(String customId) {
        return ("{\"custom_id\":\"%s\",\"params\":{\"model\":\"claude-sonnet-4.5\","
                        + "\"max_tokens\":5,\"messages\":[]}}")
                .formatted(customId);
    }

    private static String body(int requests) {
        return IntStream.rangeClosed(1, requests)
                .mapToObj(i -> request("r" + i))
                .collect(Collectors.joining(",", "{\"requests\":[", "]}"));
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return gateway.send(method, PATH + path, body, "acme");
    }

    private JsonNode get(String path) throws Exception {
        return gateway.get(PATH + path);
    }

    private String createdId() throws Exception {
        return RunningServer.json(send("POST", "", body(1))).path("id").stringValue();
    }

    @Test
    void batchOfAnotherTenantIsNotFound() throws Exception {
        String id = createdId();

        for (String method : List.of("GET", "DELETE")) {
            assertThat(gateway.send(method, PATH + "/" + id, "", "other").statusCode())
                    .isEqualTo(404);
        }
        assertThat(gateway.send("POST", PATH + "/" + id + "/cancel", "", "other").statusCode())
                .isEqualTo(404);
        assertThat(gateway.send("GET", PATH + "/" + id + "/results", "", "other").statusCode())
                .isEqualTo(404);
        assertThat(RunningServer.json(gateway.send("GET", PATH, "", "other")).path("data"))
                .isEmpty();
        assertThat(get("/" + id).path("id").stringValue()).isEqualTo(id);
    }

    private List<String> files() throws Exception {
        return gateway.stored().stream().filter(it -> it.startsWith("file-")).toList();
    }

    private void assertRefused(String body, int status, String message) throws Exception {
        List<String> before = files();

        HttpResponse<String> response = send("POST", "", body);

        assertThat(response.statusCode()).isEqualTo(status);
        JsonNode error = RunningServer.json(response);
        assertThat(error.path("type").stringValue()).isEqualTo("error");
        assertThat(error.at("/error/message").stringValue()).contains(message);
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void nothingIsStoredOfAWrongBody() throws Exception {
        assertRefused(body(2).replace("r2", "r1"), 400, "requests.1: the custom_id \"r1\"");
        assertRefused(body(2).replace("r2", "no id"), 400, "requests.1.custom_id");
        assertRefused(body(2).substring(0, body(2).length() - 4), 400, "the body ends");
        assertRefused("{}", 400, "requests");
    }

    @Test
    void nothingIsStoredOfATooLargeBody() throws Exception {
        assertRefused(body(BatchServer.MAX_LINES + 1), 413, "more than 1,000 requests");
        String large = "x".repeat(BatchServer.MAX_LINE_BYTES);
        assertRefused(body(1).replace("[]", "[\"" + large + "\"]"), 413, "requests.0");
    }

    @Test
    void bodyThatBreaksOffIsNotStored() throws Exception {
        List<String> before = files();
        String start =
                "POST /v1/messages/batches HTTP/1.1\r\nHost: localhost\r\n"
                        + "Authorization: acme\r\nContent-Length: 100000\r\n\r\n"
                        + body(5);

        try (var _ = gateway.server().begin(start)) {
            Awaitility.await().untilAsserted(() -> assertThat(gateway.drafts()).isNotEmpty());
        }

        Awaitility.await().untilAsserted(() -> assertThat(gateway.drafts()).isEmpty());
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void modelThatTheKeyDoesNotPermitIsRefused() throws Exception {
        gateway.permit("other-model");
        try {
            assertRefused(body(2), 403, "requests.0");
        } finally {
            gateway.permit("");
        }
    }

    private HttpResponse<String> create(String body, String... headers) throws Exception {
        var all = new ArrayList<>(List.of("Authorization", "acme"));
        all.addAll(List.of(headers));
        return gateway.server().send("POST", PATH, body, all.toArray(String[]::new));
    }

    @Test
    void repeatedRequestGetsTheBatchOfTheFirst() throws Exception {
        HttpResponse<String> first = create(body(1), "Idempotency-Key", "one");
        long stored = gateway.stored().stream().filter(it -> it.endsWith(".data")).count();
        HttpResponse<String> second = create(body(1), "Idempotency-Key", "one");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(RunningServer.json(second).path("id"))
                .isEqualTo(RunningServer.json(first).path("id"));
        assertThat(gateway.stored().stream().filter(it -> it.endsWith(".data")).count())
                .isEqualTo(stored);
        assertThat(create(body(2), "Idempotency-Key", "one").statusCode()).isEqualTo(422);
    }

    @Test
    void headerOfAnAccountIsRefused() throws Exception {
        HttpResponse<String> response = create(body(1), "anthropic-workspace-id", "w");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("anthropic-workspace-id");
    }

    @Test
    void sinkThatFailsIsReportedAsUnavailable() throws Exception {
        String id = createdId();
        Awaitility.await()
                .untilAsserted(() -> assertThat(gateway.stored()).contains(id + ".published"));
        gateway.sink().fail(id);

        HttpResponse<String> response = send("GET", "/" + id, "");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("overloaded_error");
        gateway.sinkHas(id, 0, 0, "");
    }
}
