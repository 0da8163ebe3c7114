package dev.millrace.gateway.usage;

import static dev.millrace.gateway.usage.RunningApi.ACME_KEY;
import static dev.millrace.gateway.usage.RunningApi.ALL_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.store.fixture.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests which callers may change the pipeline, and from where. */
class OperationsTest {
    private static final String PAUSE = "/models/m/pause";

    @TempDir Path folder;

    private RunningApi withKeys() {
        return RunningApi.withKeys(TestDatabase.sqlite(folder));
    }

    private RunningApi withoutKeys() {
        return RunningApi.withoutKeys(
                TestDatabase.sqlite(folder), List.of(), () -> RunningApi.STATE);
    }

    private static HttpResponse<byte[]> post(RunningApi api, String path, String... more)
            throws Exception {
        String[] headers = new String[more.length + 2];
        headers[0] = "Content-Type";
        headers[1] = "application/json";
        System.arraycopy(more, 0, headers, 2, more.length);
        return api.send("POST", path, headers);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/models/gpt%2F4/pause | PauseModel[model=gpt/4]",
                "/models/m/resume | ResumeModel[model=m]",
                "/policies/p/rollback?version=v7 | RollBackPolicy[policy=p, version=v7]",
                "/batches/a%2Fb/cancel | CancelBatch[tenant=default, batch=a/b]",
                "/batches/b/cancel?tenant=acme | CancelBatch[tenant=acme, batch=b]"
            })
    void operatorChangesThePipelineInItsName(String path, String operation) throws Exception {
        try (var api = withKeys()) {
            var answer = post(api, path, "Authorization", "Bearer " + ALL_KEY);

            assertThat(RunningApi.text(answer)).isEqualTo("{\"done\":\"all " + operation + "\"}");
            assertThat(answer.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void rollbackNamesTheVersionThatItReplaces() throws Exception {
        try (var api = withoutKeys()) {
            assertThat(
                            RunningApi.error(400, post(api, "/policies/p/rollback"))
                                    .path("param")
                                    .asString())
                    .isEqualTo("version");
        }
    }

    @Test
    void keyOfATenantCancelsOnlyBatchesThatAreKnown() throws Exception {
        TestDatabase database = TestDatabase.sqlite(folder);
        new StoredBatches()
                .job("acme", "b", 1, "0.1")
                .job("globex", "secret", 2, "0.1")
                .storeIn(database);
        String[] acme = {"Authorization", "Bearer " + RunningApi.ACME_OPERATOR_KEY};
        try (var api = RunningApi.withKeys(database)) {
            assertThat(post(api, "/batches/b/cancel", acme).statusCode()).isEqualTo(200);
            RunningApi.error(404, post(api, "/batches/invented/cancel", acme));
            RunningApi.error(404, post(api, "/batches/secret/cancel", acme));
        }
    }

    @Test
    void thirdChangeAtOnceIsRefused() throws Exception {
        var running = new Semaphore(0);
        var end = new CountDownLatch(1);
        PipelineOperations slow =
                (_, _) -> {
                    running.release();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return "slow";
                };
        try (var api = RunningApi.withOperations(TestDatabase.sqlite(folder), slow);
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                var first = callers.submit(() -> post(api, PAUSE));
                var second = callers.submit(() -> post(api, PAUSE));
                running.acquire(2);

                RunningApi.error(503, post(api, PAUSE));
                end.countDown();
                assertThat(first.get().statusCode()).isEqualTo(200);
                assertThat(second.get().statusCode()).isEqualTo(200);
                assertThat(post(api, PAUSE).statusCode()).isEqualTo(200);
            } finally {
                end.countDown();
            }
        }
    }

    @Test
    void readerMayNotChangeThePipeline() throws Exception {
        try (var api = withKeys()) {
            RunningApi.error(403, post(api, PAUSE, "Authorization", "Bearer " + ACME_KEY));
            RunningApi.error(
                    403, post(api, "/batches/b/cancel", "Authorization", "Bearer " + ACME_KEY));
            RunningApi.error(401, post(api, PAUSE));
        }
    }

    @Test
    void otherMethodsAreRefusedWithTheRightOne() throws Exception {
        try (var api = withoutKeys()) {
            var answer = api.get(PAUSE);

            RunningApi.error(405, answer);
            assertThat(answer.headers().firstValue("Allow")).contains("POST");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/jsonp"})
    void formOfAnotherSiteIsRefused(String type) throws Exception {
        try (var api = withoutKeys()) {
            RunningApi.error(400, api.send("POST", PAUSE, "Content-Type", type));
            RunningApi.error(400, api.send("POST", PAUSE));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, https://evil.example",
        "Origin, null",
        "Origin, http://127.0.0.1:1",
        "Sec-Fetch-Site, cross-site",
        "Sec-Fetch-Site, same-site"
    })
    void pageOfAnotherSiteIsRefused(String header, String value) throws Exception {
        try (var api = withoutKeys()) {
            RunningApi.error(403, post(api, PAUSE, header, value));
        }
    }
}
