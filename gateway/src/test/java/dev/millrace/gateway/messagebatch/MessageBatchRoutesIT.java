package dev.millrace.gateway.messagebatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.gateway.fixtures.BatchServer;
import dev.millrace.gateway.http.RunningServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MessageBatchRoutesIT {
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

    private JsonNode create(int requests) throws Exception {
        HttpResponse<String> response = send("POST", "", body(requests));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return RunningServer.json(response);
    }

    private String createdId(int requests) throws Exception {
        return create(requests).path("id").stringValue();
    }

    private JsonNode get(String path) throws Exception {
        return gateway.get(PATH + path);
    }

    /** Waits until every line of a batch is published. */
    private void awaitPublished(String id) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(gateway.stored()).contains(id + ".published"));
    }

    private void awaitEnd(String id) {
        Awaitility.await()
                .untilAsserted(
                        () ->
                                assertThat(get("/" + id).path("processing_status").stringValue())
                                        .isEqualTo("ended"));
    }

    private static String result(int line, String response, String code) {
        String own = code.isEmpty() ? "null" : "\"" + code + "\"";
        return ("{\"custom_id\":\"r%d\",\"response\":%s,\"error\":{\"message\":\"no\"},"
                        + "\"millrace\":{\"job_id\":\"j\",\"tenant\":\"acme\",\"batch\":\"b\","
                        + "\"line\":%d,\"attempts\":1,\"cost_usd\":0.1,\"queued_ms\":1,"
                        + "\"upstream_ms\":1,\"error_code\":%s}}\n")
                .formatted(line, response, line, own);
    }

    private static String answer(int line) {
        return result(line, "{\"status_code\":200,\"body\":{\"type\":\"message\"}}", "");
    }

    /** Creates a batch of four requests, each with a different kind of end. */
    private String endedBatch() throws Exception {
        String id = createdId(4);
        awaitPublished(id);
        gateway.sink()
                .results(
                        id,
                        answer(1)
                                + result(2, "null", "server_error")
                                + result(3, "null", "cancelled")
                                + result(4, "null", "deadline_exceeded"));
        gateway.sinkHas(
                id,
                1,
                3,
                "{\"code\":\"server_error\",\"jobs\":1},{\"code\":\"cancelled\",\"jobs\":1},"
                        + "{\"code\":\"deadline_exceeded\",\"jobs\":1}");
        awaitEnd(id);
        return id;
    }

    private void assertCounts(JsonNode batch, int... expected) {
        JsonNode counts = batch.path("request_counts");
        assertThat(
                        List.of("processing", "succeeded", "errored", "canceled", "expired")
                                .stream()
                                .map(it -> counts.path(it).intValue()))
                .containsExactlyElementsOf(IntStream.of(expected).boxed().toList());
    }

    @Nested
    class Batch {
        @Test
        void newBatchIsInProgress() throws Exception {
            JsonNode batch = create(3);

            assertThat(batch.path("id").stringValue()).matches("msgbatch_[0-9a-f]{32}");
            assertThat(batch.path("type").stringValue()).isEqualTo("message_batch");
            assertThat(batch.path("processing_status").stringValue()).isEqualTo("in_progress");
            assertCounts(batch, 3, 0, 0, 0, 0);
            Instant created = Instant.parse(batch.path("created_at").stringValue());
            assertThat(Instant.parse(batch.path("expires_at").stringValue()))
                    .isEqualTo(created.plus(Duration.ofHours(24)));
            for (String absent :
                    List.of("ended_at", "archived_at", "cancel_initiated_at", "results_url")) {
                assertThat(batch.path(absent).isNull()).as(absent).isTrue();
            }
        }

        @Test
        void endedBatchHasItsCountsAndResults() throws Exception {
            String id = endedBatch();

            JsonNode batch = get("/" + id);
            assertThat(batch.path("ended_at").stringValue()).isEqualTo("2026-11-20T08:00:00Z");
            assertCounts(batch, 0, 1, 1, 1, 1);
            assertThat(batch.path("millrace").path("usage").toString())
                    .isEqualTo(
                            "{\"input_tokens\":50,\"cache_read_input_tokens\":40,"
                                    + "\"cache_creation_input_tokens\":10,"
                                    + "\"output_tokens\":20}");
            assertThat(batch.path("millrace").path("cost_usd").decimalValue())
                    .isEqualByComparingTo("0.25");
            String url = batch.path("results_url").stringValue();
            assertThat(url)
                    .isEqualTo(gateway.server().uri(PATH + "/" + id + "/results").toString());
            HttpResponse<String> results = send("GET", "/" + id + "/results", "");
            assertThat(results.headers().firstValue("Content-Type"))
                    .contains("application/x-jsonl");
            assertThat(results.body().lines())
                    .containsExactly(
                            "{\"custom_id\":\"r1\",\"result\":{\"type\":\"succeeded\","
                                    + "\"message\":{\"type\":\"message\"}}}",
                            "{\"custom_id\":\"r2\",\"result\":{\"type\":\"errored\",\"error\":"
                                    + "{\"type\":\"error\",\"error\":{\"type\":\"api_error\","
                                    + "\"message\":\"no\"},\"request_id\":\"j\"}}}",
                            "{\"custom_id\":\"r3\",\"result\":{\"type\":\"canceled\"}}",
                            "{\"custom_id\":\"r4\",\"result\":{\"type\":\"expired\"}}");
        }

        @Test
        void addressOfResultsHasTheSchemeOfTheProxy() throws Exception {
            String id = endedBatch();

            HttpResponse<String> response =
                    gateway.server()
                            .send(
                                    "GET",
                                    PATH + "/" + id,
                                    "",
                                    "Authorization",
                                    "acme",
                                    "X-Forwarded-Proto",
                                    "https");

            assertThat(RunningServer.json(response).path("results_url").stringValue())
                    .startsWith("https://127.0.0.1:");
        }

        @Test
        void resultsThatTheSinkHasDeletedAreNotFound() throws Exception {
            String id = endedBatch();
            gateway.sinkHas(id, 0, 0, "");

            assertThat(send("GET", "/" + id + "/results", "").statusCode()).isEqualTo(404);
            assertCounts(get("/" + id), 0, 1, 1, 1, 1);
        }

        @Test
        void resultsOfARunningBatchAreRefused() throws Exception {
            HttpResponse<String> response = send("GET", "/" + createdId(1) + "/results", "");

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(RunningServer.json(response).at("/error/type").stringValue())
                    .isEqualTo("invalid_request_error");
        }

        @Test
        void lineOfARequestHasTheParamsAndTheLimitOfTheBatch() throws Exception {
            String body = "{\"millrace\":{\"max_cost_usd\":2.5}," + body(1).substring(1);

            String id = RunningServer.json(send("POST", "", body)).path("id").stringValue();

            JsonNode batch = gateway.get("/v1/batches/" + id);
            assertThat(batch.at("/millrace/max_cost_usd").decimalValue())
                    .isEqualByComparingTo("2.5");
            String file = batch.path("input_file_id").stringValue();
            assertThat(gateway.send("GET", "/v1/files/" + file + "/content", "", "acme").body())
                    .isEqualTo(
                            "{\"custom_id\":\"r1\",\"method\":\"POST\",\"url\":\"/v1/messages\","
                                    + "\"body\":{\"model\":\"claude-sonnet-4.5\",\"max_tokens\":5,"
                                    + "\"messages\":[]}}\n");
        }
    }

    @Nested
    class Cancellation {
        @Test
        void cancelledBatchIsCancelingUntilItsLastRequestHasEnded() throws Exception {
            String id = createdId(2);
            awaitPublished(id);

            JsonNode batch = RunningServer.json(send("POST", "/" + id + "/cancel", ""));

            assertThat(batch.path("processing_status").stringValue()).isEqualTo("canceling");
            assertThat(batch.path("cancel_initiated_at").isString()).isTrue();
            assertCounts(batch, 2, 0, 0, 0, 0);
            assertThat(gateway.cluster().control().cancellations())
                    .containsKey(new ControlKey.CancelBatch("acme", id));
            gateway.sinkHas(id, 1, 1, "{\"code\":\"cancelled\",\"jobs\":1}");
            awaitEnd(id);
            assertCounts(get("/" + id), 0, 1, 0, 1, 0);
            assertThat(send("POST", "/" + id + "/cancel", "").statusCode()).isEqualTo(200);
        }

        @Test
        void requestsThatWereNeverPublishedAreCanceled() throws Exception {
            String id = createdId(3);
            send("POST", "/" + id + "/cancel", "");
            awaitPublished(id);
            gateway.sinkHas(id, 0, 3, "{\"code\":\"cancelled\",\"jobs\":3}");
            awaitEnd(id);

            assertCounts(get("/" + id), 0, 0, 0, 3, 0);
            assertThat(send("GET", "/" + id + "/results", "").body().lines())
                    .hasSize(3)
                    .allMatch(it -> it.endsWith("\"result\":{\"type\":\"canceled\"}}"));
        }

        @Test
        void endedBatchCannotBeCanceled() throws Exception {
            HttpResponse<String> response = send("POST", "/" + endedBatch() + "/cancel", "");

            assertThat(response.statusCode()).isEqualTo(400);
        }
    }

    @Nested
    class Deletion {
        @Test
        void deletedBatchIsGoneWithItsRequests() throws Exception {
            String id = endedBatch();
            String file = gateway.get("/v1/batches/" + id).path("input_file_id").stringValue();

            JsonNode deleted = RunningServer.json(send("DELETE", "/" + id, ""));

            assertThat(deleted.path("id").stringValue()).isEqualTo(id);
            assertThat(deleted.path("type").stringValue()).isEqualTo("message_batch_deleted");
            assertThat(send("GET", "/" + id, "").statusCode()).isEqualTo(404);
            assertThat(send("DELETE", "/" + id, "").statusCode()).isEqualTo(404);
            assertThat(get("").toString()).doesNotContain(id);
            assertThat(gateway.send("GET", "/v1/batches/" + id, "", "acme").statusCode())
                    .isEqualTo(404);
            assertThat(gateway.send("GET", "/v1/files/" + file, "", "acme").statusCode())
                    .isEqualTo(404);
        }

        @Test
        void runningBatchCannotBeDeleted() throws Exception {
            HttpResponse<String> response = send("DELETE", "/" + createdId(1), "");

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).contains("cancel it first");
        }
    }

    @Nested
    class Listing {
        @Test
        void pagesHaveTheLatestBatchFirst() throws Exception {
            String first = createdId(1);
            String second = createdId(1);
            String third = createdId(1);

            JsonNode page = get("?limit=2");
            JsonNode next = get("?limit=1&after_id=" + second);
            JsonNode previous = get("?limit=2&before_id=" + first);
            JsonNode latest = get("?before_id=" + third);

            assertThat(ids(page)).containsExactly(third, second);
            assertThat(page.path("first_id").stringValue()).isEqualTo(third);
            assertThat(page.path("last_id").stringValue()).isEqualTo(second);
            assertThat(page.path("has_more").booleanValue()).isTrue();
            assertThat(ids(next)).containsExactly(first);
            assertThat(ids(previous)).containsExactly(third, second);
            assertThat(previous.path("has_more").booleanValue()).isFalse();
            assertThat(latest.path("data")).isEmpty();
            assertThat(latest.path("first_id").isNull()).isTrue();
        }

        private List<String> ids(JsonNode page) {
            return page.path("data").valueStream().map(it -> it.path("id").stringValue()).toList();
        }

        @Test
        void eachApiListsItsOwnBatches() throws Exception {
            String id = createdId(1);

            assertThat(gateway.get("/v1/batches").toString()).doesNotContain(id);
            assertThat(gateway.get("/v1/batches/" + id).path("endpoint").stringValue())
                    .isEqualTo("/v1/messages");
            assertThat(send("GET", "/" + id.replace("msg", ""), "").statusCode()).isEqualTo(404);
        }

        @ParameterizedTest
        @ValueSource(strings = {"limit=0", "limit=1001", "limit=x", "before_id=a&after_id=b"})
        void wrongParametersAreRefused(String query) throws Exception {
            assertThat(send("GET", "?" + query, "").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void failedRequestsAreRetriedAsAMessageBatch() throws Exception {
        String id = endedBatch();

        HttpResponse<String> response =
                gateway.send("POST", "/v1/batches/" + id + "/retry", "", "acme");

        String retry = RunningServer.json(response).path("id").stringValue();
        assertThat(retry).startsWith("msgbatch_");
        Awaitility.await().untilAsserted(() -> assertCounts(get("/" + retry), 3, 0, 0, 0, 0));
    }
}
