package dev.millrace.gateway.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.file.DownloadSlots;
import dev.millrace.gateway.fixtures.BatchServer;
import dev.millrace.gateway.http.RunningServer;
import dev.millrace.gateway.results.ResultsUnavailableException.Reason;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BatchResultsIT {
    private BatchServer gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        gateway = new BatchServer(folder);
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @Test
    void resultsOfARunningBatchAreStreamedAfterALine() throws Exception {
        String id = gateway.create(BatchServer.LINE.formatted(1));
        gateway.awaitStatus(id, "in_progress");
        gateway.sink().results(id, 7, "{}\n");

        assertThat(gateway.send("GET", "/v1/batches/" + id + "/results?after=7", "", "acme").body())
                .isEqualTo("{}\n");
        assertThat(gateway.send("GET", "/v1/batches/" + id + "/results?after=8", "", "acme").body())
                .isEmpty();
        assertThat(
                        gateway.send("GET", "/v1/batches/" + id + "/results?after=x", "", "acme")
                                .statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/batches",
                "/v1/batches/unknown/results",
                "/v1/messages/batches",
                "/v1/messages/batches/unknown/results"
            })
    void listsAndResultsHaveTheSlotsOfDownloads(String path) throws Exception {
        // Uses a separate tenant, because the last answer of another test may still hold its slot.
        String tenant = "slots" + path.replace('/', '-');
        for (int i = 0; i < DownloadSlots.MAX_OF_TENANT; i++) {
            assertThat(gateway.downloads().tryAcquire(tenant)).isTrue();
        }

        HttpResponse<String> refused = gateway.send("GET", path, "", tenant);
        HttpResponse<String> other = gateway.send("GET", path, "", "other");
        for (int i = 0; i < DownloadSlots.MAX_OF_TENANT; i++) {
            gateway.downloads().release(tenant);
        }

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(other.statusCode()).isIn(200, 404);
        assertThat(gateway.send("GET", path, "", tenant).statusCode()).isIn(200, 404);
    }

    @Test
    void eventsShowTheBatchUntilItsEnd() throws Exception {
        String id = gateway.create(BatchServer.LINE.formatted(1) + BatchServer.LINE.formatted(1));

        // The gateway may not yet have noticed that the streams of another test have ended.
        HttpResponse<String> events =
                Awaitility.await()
                        .until(
                                () ->
                                        gateway.send(
                                                "GET", "/v1/batches/" + id + "/events", "", "acme"),
                                it -> it.statusCode() != 503);

        assertThat(events.headers().firstValue("Content-Type")).contains("text/event-stream");
        String last = events.body().substring(events.body().lastIndexOf("event: batch\ndata: "));
        assertThat(last).contains("\"status\":\"failed\"");
        assertThat(gateway.send("GET", "/v1/batches/" + id + "/events", "", "other").statusCode())
                .isEqualTo(404);
    }

    @Test
    void tenantHasAtMostHalfOfTheStreamsOfEvents() throws Exception {
        String id = gateway.create(BatchServer.LINE.formatted(1));
        gateway.awaitStatus(id, "in_progress");
        String path = "/v1/batches/" + id + "/events";
        String request =
                "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: acme\r\n\r\n";
        try (var first = gateway.server().begin(request);
                var second = gateway.server().begin(request)) {
            assertThat(first.getInputStream().read()).isEqualTo('H');
            assertThat(second.getInputStream().read()).isEqualTo('H');

            HttpResponse<String> third = gateway.send("GET", path, "", "acme");

            assertThat(third.statusCode()).isEqualTo(503);
            assertThat(third.headers().firstValue("Retry-After")).isPresent();
        }
        Awaitility.await()
                .untilAsserted(
                        () -> {
                            try (var next = gateway.server().begin(request)) {
                                assertThat(new String(next.getInputStream().readNBytes(12), UTF_8))
                                        .isEqualTo("HTTP/1.1 200");
                            }
                        });
    }

    @Test
    void retryPublishesTheFailedLinesUnderANewId() throws Exception {
        String id =
                gateway.create(
                        BatchServer.LINE.formatted(1)
                                + BatchServer.LINE.formatted(2)
                                + BatchServer.LINE.formatted(3));
        gateway.awaitStatus(id, "in_progress");
        assertThat(gateway.send("POST", "/v1/batches/" + id + "/retry", "", "acme").statusCode())
                .isEqualTo(409);
        gateway.sink()
                .results(
                        id,
                        BatchServer.result(1, "")
                                + BatchServer.result(2, "timeout")
                                + BatchServer.result(3, ""));
        gateway.sinkHas(id, 2, 1, "{\"code\":\"timeout\",\"jobs\":1}");
        gateway.awaitStatus(id, "completed");

        HttpResponse<String> response =
                gateway.send("POST", "/v1/batches/" + id + "/retry", "", "acme");
        JsonNode retry = RunningServer.json(response);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(retry.path("millrace").path("retry_of").stringValue()).isEqualTo(id);
        String second = retry.path("id").stringValue();
        gateway.awaitStatus(second, "in_progress");
        assertThat(
                        gateway.get("/v1/batches/" + second)
                                .path("request_counts")
                                .path("total")
                                .intValue())
                .isEqualTo(1);
        assertThat(gateway.send("POST", "/v1/batches/" + id + "/retry", "", "other").statusCode())
                .isEqualTo(404);

        HttpResponse<String> again =
                gateway.send("POST", "/v1/batches/" + id + "/retry", "", "acme");
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).contains("already_retried", second);
    }

    @Test
    void partOfTheResultsIsNoOutputFile() throws Exception {
        String id = gateway.create(BatchServer.LINE.formatted(1) + BatchServer.LINE.formatted(2));
        gateway.awaitStatus(id, "in_progress");
        gateway.sink().results(id, BatchServer.result(2, ""));
        gateway.sinkHas(id, 2, 0, "");
        gateway.awaitStatus(id, "completed");
        String file = gateway.get("/v1/batches/" + id).path("output_file_id").stringValue();

        HttpResponse<String> part =
                gateway.send("GET", "/v1/files/" + file + "/content", "", "acme");
        assertThat(part.statusCode()).isEqualTo(503);
        assertThat(part.headers().firstValue("Retry-After")).isPresent();

        gateway.sinkHas(id, 1, 0, "");
        assertThat(gateway.send("GET", "/v1/files/" + file + "/content", "", "acme").statusCode())
                .isEqualTo(404);
    }

    @Test
    void outputFileThatTheSinkDoesNotSendNowCanBeReadLater() throws Exception {
        String id = gateway.create(BatchServer.LINE.formatted(1));
        gateway.awaitStatus(id, "in_progress");
        gateway.sinkHas(id, 1, 0, "");
        gateway.awaitStatus(id, "completed");
        String content =
                "/v1/files/"
                        + gateway.get("/v1/batches/" + id).path("output_file_id").stringValue()
                        + "/content";

        gateway.sink().failResults(id, Reason.DOWN);
        assertThat(gateway.send("GET", content, "", "acme").statusCode()).isEqualTo(503);

        gateway.sink().results(id, BatchServer.result(1, ""));
        assertThat(gateway.send("GET", content, "", "acme").statusCode()).isEqualTo(200);
    }

    @Test
    void resultsThatTheSinkRefusesOneReaderMoreAreRefusedAlike() throws Exception {
        String id = gateway.create(BatchServer.LINE.formatted(1));
        gateway.awaitStatus(id, "in_progress");
        gateway.sinkHas(id, 1, 0, "");
        gateway.awaitStatus(id, "completed");
        String file = gateway.get("/v1/batches/" + id).path("output_file_id").stringValue();
        gateway.sink().failResults(id, Reason.TENANT_BUSY);

        for (String path :
                List.of("/v1/batches/" + id + "/results", "/v1/files/" + file + "/content")) {
            HttpResponse<String> refused = gateway.send("GET", path, "", "acme");

            assertThat(refused.statusCode()).as(path).isEqualTo(429);
            assertThat(refused.body()).contains("too_many_downloads");
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
        }
    }

    @Test
    void retryWithoutAllResultsPaysNoLineAgain() throws Exception {
        String id =
                gateway.create(
                        BatchServer.LINE.formatted(1)
                                + BatchServer.LINE.formatted(2)
                                + BatchServer.LINE.formatted(3));
        gateway.awaitStatus(id, "in_progress");
        gateway.sink().results(id, BatchServer.result(2, "timeout"));
        gateway.sinkHas(id, 2, 1, "{\"code\":\"timeout\",\"jobs\":1}");
        gateway.awaitStatus(id, "completed");

        HttpResponse<String> response =
                gateway.send("POST", "/v1/batches/" + id + "/retry", "", "acme");

        String retry = RunningServer.json(response).path("id").stringValue();
        gateway.awaitStatus(retry, "failed");
        JsonNode error = gateway.get("/v1/batches/" + retry).path("errors").path("data").get(0);
        assertThat(error.path("code").stringValue()).isEqualTo("results_deleted");
    }
}
