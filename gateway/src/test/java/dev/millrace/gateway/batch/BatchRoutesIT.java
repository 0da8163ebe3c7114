package dev.millrace.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.gateway.fixtures.BatchServer;
import dev.millrace.gateway.fixtures.DroppingProxy;
import dev.millrace.gateway.http.RunningServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BatchRoutesIT {
    private BatchServer gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        gateway = new BatchServer(folder);
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    private HttpResponse<String> post(String path, String body, String key) throws Exception {
        return gateway.sendWith(
                "POST", path, body, "Authorization", "acme", "Idempotency-Key", key);
    }

    @Test
    void repeatedRequestGetsTheBatchOfTheFirst() throws Exception {
        String body = BatchServer.body(gateway.upload(String.format(BatchServer.LINE, 1)), "");

        HttpResponse<String> first = post("/v1/batches", body, "create");
        String id = RunningServer.json(first).path("id").stringValue();
        gateway.awaitStatus(id, "in_progress");
        HttpResponse<String> second = post("/v1/batches", body, "create");
        HttpResponse<String> other = post("/v1/batches", body + " ", "create");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(RunningServer.json(second).path("id").stringValue()).isEqualTo(id);
        assertThat(RunningServer.json(second).path("status").stringValue())
                .isEqualTo("in_progress");
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(other.body()).contains("idempotency_error");
    }

    @Test
    void batchWhoseAnswerWasLostOnTheWayRunsOnce() throws Exception {
        String file = gateway.upload(String.format(BatchServer.LINE, 1));
        String body = BatchServer.body(file, "");
        try (var proxy = DroppingProxy.to(gateway.server().uri("/").getPort());
                var client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(proxy.uri("/v1/batches"))
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .headers("Authorization", "acme", "Idempotency-Key", "lost")
                            .header("Content-Type", "application/json")
                            .build();
            assertThatThrownBy(() -> client.send(request, HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);

            HttpResponse<String> second =
                    client.send(request, HttpResponse.BodyHandlers.ofString());

            assertThat(second.statusCode()).isEqualTo(200);
            assertThat(gateway.get("/v1/batches?limit=100").path("data"))
                    .filteredOn(it -> it.path("input_file_id").stringValue().equals(file))
                    .extracting(it -> it.path("id").stringValue())
                    .containsExactly(RunningServer.json(second).path("id").stringValue());
        }
    }

    @Test
    void refusedRequestDoesNotTakeItsKey() throws Exception {
        assertThat(post("/v1/batches", "{}", "refused").statusCode()).isEqualTo(400);

        String body = BatchServer.body(gateway.upload(String.format(BatchServer.LINE, 1)), "");
        assertThat(post("/v1/batches", body, "refused").statusCode()).isEqualTo(200);
    }

    @Test
    void headerForTheProviderIsRefusedSinceLinesNameTheirOwn() throws Exception {
        HttpResponse<String> response =
                gateway.sendWith(
                        "POST", "/v1/batches", "{}", "Authorization", "acme", "OpenAI-Beta", "x=1");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("openai-beta", "millrace.headers");
    }

    @Test
    void batchHasItsUsageAndCost() throws Exception {
        String id =
                gateway.create(
                        String.format(BatchServer.LINE, 1) + String.format(BatchServer.LINE, 2));
        gateway.awaitStatus(id, "in_progress");
        gateway.sinkHas(id, 1, 1, "");

        gateway.awaitStatus(id, "completed");
        JsonNode batch = gateway.get("/v1/batches/" + id);

        assertThat(batch.path("usage").toString())
                .isEqualTo(
                        "{\"input_tokens\":100,\"input_tokens_details\":{\"cached_tokens\":40},"
                                + "\"output_tokens\":20,"
                                + "\"output_tokens_details\":{\"reasoning_tokens\":5},"
                                + "\"total_tokens\":120}");
        assertThat(batch.path("millrace").path("cost_usd").decimalValue())
                .isEqualByComparingTo("0.25");
        gateway.sink().forget(id);
        assertThat(gateway.get("/v1/batches/" + id)).isEqualTo(batch);
    }

    @Test
    void costsThatArriveAfterTheResultsAreAdded() throws Exception {
        String id = gateway.create(String.format(BatchServer.LINE, 1));
        gateway.awaitStatus(id, "in_progress");
        gateway.sinkHasNoCosts(id, 1);
        gateway.awaitStatus(id, "completed");
        JsonNode early = gateway.get("/v1/batches/" + id);
        gateway.sinkHas(id, 1, 0, "");

        assertThat(early.path("usage").path("total_tokens").intValue()).isZero();
        assertThat(gateway.get("/v1/batches/" + id).path("usage").path("total_tokens").intValue())
                .isEqualTo(120);
    }

    @Test
    void batchGoesFromValidatingToCompletedWithItsFiles() throws Exception {
        String file =
                gateway.upload(
                        BatchServer.LINE.formatted(1)
                                + BatchServer.LINE.formatted(2)
                                + BatchServer.LINE.formatted(3));
        JsonNode created =
                RunningServer.json(
                        gateway.send(
                                "POST",
                                "/v1/batches",
                                BatchServer.body(
                                        file,
                                        ",\"metadata\":{\"team\":\"a\"},"
                                                + "\"millrace\":{\"max_cost_usd\":2.5}"),
                                "acme"));
        assertThat(created.path("object").stringValue()).isEqualTo("batch");
        assertThat(created.path("status").stringValue()).isEqualTo("validating");
        assertThat(created.path("input_file_id").stringValue()).isEqualTo(file);
        assertThat(created.path("endpoint").stringValue()).isEqualTo("/v1/chat/completions");
        assertThat(created.path("completion_window").stringValue()).isEqualTo("24h");
        assertThat(created.path("metadata").path("team").stringValue()).isEqualTo("a");
        assertThat(created.path("millrace").path("max_cost_usd").decimalValue())
                .isEqualByComparingTo("2.5");
        assertThat(created.path("expires_at").longValue() - created.path("created_at").longValue())
                .isEqualTo(86_400);
        String id = created.path("id").stringValue();

        gateway.awaitStatus(id, "in_progress");
        assertThat(gateway.get("/v1/batches/" + id).path("request_counts").path("total").intValue())
                .isEqualTo(3);

        gateway.sink()
                .results(
                        id,
                        BatchServer.result(1, "")
                                + BatchServer.result(2, "deadline_exceeded")
                                + BatchServer.result(3, ""));
        gateway.sinkHas(id, 2, 1, "{\"code\":\"timeout\",\"jobs\":1}");
        gateway.awaitStatus(id, "completed");
        JsonNode batch = gateway.get("/v1/batches/" + id);
        assertThat(batch.path("request_counts").path("completed").intValue()).isEqualTo(2);
        assertThat(batch.path("request_counts").path("failed").intValue()).isEqualTo(1);
        String output = batch.path("output_file_id").stringValue();
        String errors = batch.path("error_file_id").stringValue();
        assertThat(gateway.send("GET", "/v1/files/" + output + "/content", "", "acme").body())
                .isEqualTo(BatchServer.result(1, "") + BatchServer.result(3, ""));
        assertThat(gateway.send("GET", "/v1/files/" + errors + "/content", "", "acme").body())
                .contains("\"error\":{\"code\":\"batch_expired\"")
                .hasLineCount(1);
        JsonNode info = gateway.get("/v1/files/" + output);
        assertThat(info.path("purpose").stringValue()).isEqualTo("batch_output");
        assertThat(info.path("bytes").intValue())
                .isEqualTo((BatchServer.result(1, "") + BatchServer.result(3, "")).length());
        assertThat(gateway.send("GET", "/v1/files/" + output, "", "other").statusCode())
                .isEqualTo(404);
    }

    @Test
    void estimateChecksAndPricesTheFileWithoutABatch() throws Exception {
        String file =
                gateway.upload(
                        BatchServer.LINE.formatted(1)
                                + BatchServer.LINE.formatted(2)
                                + BatchServer.LINE.formatted(2));
        String body = BatchServer.body(file, "");
        int batches = gateway.get("/v1/batches?limit=100").path("data").size();

        HttpResponse<String> response = gateway.send("POST", "/v1/batches/estimate", body, "acme");

        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode estimate = RunningServer.json(response);
        assertThat(estimate.path("object").stringValue()).isEqualTo("batch.estimate");
        assertThat(estimate.path("input_file_id").stringValue()).isEqualTo(file);
        assertThat(estimate.path("lines").intValue()).isEqualTo(3);
        assertThat(estimate.path("jobs").intValue()).isEqualTo(2);
        assertThat(estimate.path("errors").path("data").get(0).path("line").intValue())
                .isEqualTo(3);
        assertThat(gateway.get("/v1/batches?limit=100").path("data")).hasSize(batches);
        assertThat(gateway.send("POST", "/v1/batches/estimate", body, "other").statusCode())
                .isEqualTo(400);
        assertThat(gateway.send("POST", "/v1/batches/estimate", "{}", "acme").statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"24h, refuse, 200", "1h, refuse, 400", "1h, warn, 200"})
    void batchThatLimitsDoNotAllowIsRefusedOnlyIfItSaysSo(
            String window, String admission, int status) throws Exception {
        String body =
                BatchServer.body(
                                gateway.upload(BatchServer.LINE.formatted(1)),
                                ",\"millrace\":{\"admission\":\"%s\"}".formatted(admission))
                        .replace("24h", window);

        HttpResponse<String> response = gateway.send("POST", "/v1/batches", body, "acme");

        assertThat(response.statusCode()).isEqualTo(status);
        if (status == 400) {
            assertThat(response.body()).contains("cannot end within 1h", "at the earliest");
        }
    }

    @Test
    void wrongFileFailsTheBatchWithItsLines() throws Exception {
        String id = gateway.create(BatchServer.LINE.formatted(1) + BatchServer.LINE.formatted(1));

        gateway.awaitStatus(id, "failed");

        JsonNode error = gateway.get("/v1/batches/" + id).path("errors").path("data").get(0);
        assertThat(error.path("line").intValue()).isEqualTo(2);
        assertThat(error.path("code").stringValue()).isEqualTo("duplicate_custom_id");
    }

    @Test
    void cancelledBatchIsCancelledInControl() throws Exception {
        String id = gateway.create(BatchServer.LINE.formatted(1));
        gateway.awaitStatus(id, "in_progress");

        JsonNode cancelling =
                RunningServer.json(
                        gateway.send("POST", "/v1/batches/" + id + "/cancel", "", "acme"));

        assertThat(cancelling.path("status").stringValue()).isEqualTo("cancelling");
        assertThat(cancelling.path("cancelling_at").isNumber()).isTrue();
        assertThat(gateway.cluster().control().cancellations())
                .containsKey(new ControlKey.CancelBatch("acme", id));
        gateway.sinkHas(id, 0, 1, "{\"code\":\"cancelled\",\"jobs\":1}");
        gateway.awaitStatus(id, "cancelled");
        assertThat(gateway.get("/v1/batches/" + id).path("cancelled_at").isNumber()).isTrue();
    }

    @Test
    void endedBatchCannotBeCancelled() throws Exception {
        String id = gateway.create(BatchServer.LINE.formatted(1) + BatchServer.LINE.formatted(1));
        gateway.awaitStatus(id, "failed");

        HttpResponse<String> response =
                gateway.send("POST", "/v1/batches/" + id + "/cancel", "", "acme");

        assertThat(response.statusCode()).isEqualTo(409);
    }

    @Test
    void listIsPagedWithTheLatestFirst() throws Exception {
        String first = gateway.create("{}");
        String second = gateway.create("{}");
        gateway.awaitStatus(second, "failed");

        JsonNode page = gateway.get("/v1/batches?limit=1");
        JsonNode next = gateway.get("/v1/batches?limit=1&after=" + second);

        assertThat(page.path("data").get(0).path("id").stringValue()).isEqualTo(second);
        assertThat(page.path("has_more").booleanValue()).isTrue();
        assertThat(next.path("data").get(0).path("id").stringValue()).isEqualTo(first);
        assertThat(RunningServer.json(gateway.send("GET", "/v1/batches", "", "other")).path("data"))
                .isEmpty();
    }

    @Test
    void batchOfAnotherTenantIsNotFound() throws Exception {
        String id = gateway.create("{}");

        assertThat(gateway.send("GET", "/v1/batches/" + id, "", "other").statusCode())
                .isEqualTo(404);
        assertThat(gateway.send("POST", "/v1/batches/" + id + "/cancel", "", "other").statusCode())
                .isEqualTo(404);
        assertThat(gateway.send("GET", "/v1/batches/" + id + "/results", "", "other").statusCode())
                .isEqualTo(404);
        assertThat(gateway.send("GET", "/v1/batches/..%2Fx", "", "acme").statusCode())
                .isEqualTo(404);
    }

    @Test
    void fileOfAnotherTenantCannotBeSubmitted() throws Exception {
        HttpResponse<String> response =
                gateway.send(
                        "POST", "/v1/batches", BatchServer.body(gateway.upload("{}"), ""), "other");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(RunningServer.json(response).path("error").path("param").stringValue())
                .isEqualTo("input_file_id");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "endpoint | /v1/chat/completions | /v1/images",
                "completion_window | 24h | never",
                "completion_window | 24h | 31d",
                "input_file_id | \"file-1\" | 7",
                "metadata | \"24h\" | \"24h\",\"metadata\":{\"a\":1}",
                "millrace.max_cost_usd | \"24h\" | \"24h\",\"millrace\":{\"max_cost_usd\":0}",
                "millrace.admission | \"24h\" | \"24h\",\"millrace\":{\"admission\":1}",
                "body | } | ",
            })
    void wrongFieldIsNamed(String param, String old, String replacement) throws Exception {
        String wrong =
                BatchServer.body("file-1", "").replace(old, replacement == null ? "" : replacement);

        HttpResponse<String> response = gateway.send("POST", "/v1/batches", wrong, "acme");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(RunningServer.json(response).path("error").path("param").stringValue())
                .isEqualTo(param);
    }

    @Test
    void modelThatTheKeyDoesNotPermitIsRefused() throws Exception {
        HttpResponse<String> response =
                gateway.send(
                        "POST",
                        "/v1/batches",
                        BatchServer.body(gateway.upload(BatchServer.LINE.formatted(1)), ""),
                        "acme");
        assertThat(response.statusCode()).isEqualTo(200);

        gateway.permit("other-model");
        try {
            HttpResponse<String> refused =
                    gateway.send(
                            "POST",
                            "/v1/batches",
                            BatchServer.body(gateway.upload(BatchServer.LINE.formatted(1)), ""),
                            "acme");

            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).contains("model_not_allowed").contains("line 1");
        } finally {
            gateway.permit("");
        }
    }

    @Test
    void sinkThatFailsIsReportedAsUnavailable() throws Exception {
        String id = gateway.create(BatchServer.LINE.formatted(1));
        gateway.sink().fail(id);

        Awaitility.await()
                .untilAsserted(
                        () ->
                                assertThat(
                                                gateway.send("GET", "/v1/batches/" + id, "", "acme")
                                                        .statusCode())
                                        .isEqualTo(503));
        gateway.sinkHas(id, 0, 0, "");
    }
}
