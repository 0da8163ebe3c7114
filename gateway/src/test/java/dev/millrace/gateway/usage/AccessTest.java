package dev.millrace.gateway.usage;

import static dev.millrace.gateway.usage.RunningApi.ACME_KEY;
import static dev.millrace.gateway.usage.RunningApi.ALL_KEY;
import static dev.millrace.gateway.usage.RunningApi.CALL_KEY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.store.fixture.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests which callers may read which data. */
class AccessTest {
    private static final String SECRET = "globex";

    @TempDir Path folder;

    private @Nullable RunningApi running;

    private TestDatabase store() throws Exception {
        TestDatabase database = TestDatabase.sqlite(folder);
        new StoredBatches()
                .job("acme", "b", 1, "1")
                .job(SECRET, "b", 1, "timeout", CostKind.BILLED, "77")
                .job(SECRET, SECRET + "-batch", 2, "77")
                .deadLetter(SECRET, "b", 3, SECRET, SECRET.getBytes(UTF_8))
                .deadLetter(null, "b", 4, SECRET, SECRET.getBytes(UTF_8))
                .storeIn(database);
        return database;
    }

    private RunningApi api() {
        return Objects.requireNonNull(running);
    }

    @AfterEach
    void stop() {
        api().close();
    }

    @Nested
    class WithKeys {
        @BeforeEach
        void start() throws Exception {
            running = RunningApi.withKeys(store());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/batches",
                    "/batches?search=b",
                    "/batches?search=custom-2",
                    "/batches/b",
                    "/batches/b/results",
                    "/batches/b/results?after=0",
                    "/batches/b/results?failed=true",
                    "/costs?by=tenant,batch,model,provider,day,rule,arm",
                    "/costs?by=model&batch=b",
                    "/usage",
                    "/errors",
                    "/dead-letters",
                    "/dead-letters?batch=b",
                    "/models",
                    "/caller",
                    "/costs?by=hour,tenant&from=2026-11-20T11:59:59.5Z"
                })
        void keyOfATenantReadsNothingOfOthers(String path) throws Exception {
            HttpResponse<byte[]> response = api().getAs(ACME_KEY, path);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(RunningApi.text(response)).doesNotContain(SECRET).doesNotContain("77");
        }

        @Test
        void testAboveNamesEveryPathThatReadsRows() {
            assertThat(api().routes().stream().map(ApiRoute::template))
                    .containsExactlyInAnyOrder(
                            "batches",
                            "batches/{id}",
                            "batches/{id}/results",
                            "results/{job_id}",
                            "costs",
                            "usage",
                            "errors",
                            "dead-letters",
                            "models",
                            "state",
                            "events",
                            "caller",
                            "batches/{id}/cancel",
                            "models/{model}/pause",
                            "models/{model}/resume",
                            "policies/{policy}/rollback",
                            "openapi.json");
        }

        @Test
        void totalsOfATenantCountOnlyItsRows() throws Exception {
            assertThat(api().jsonAs(ACME_KEY, "/usage").path("jobs").asLong()).isEqualTo(1);
            assertThat(api().jsonAs(ACME_KEY, "/batches/b").path("dead_letters").asLong()).isZero();
            assertThat(api().jsonAs(ACME_KEY, "/errors").path("data").size()).isZero();
            assertThat(api().jsonAs(ACME_KEY, "/dead-letters").path("data").size()).isZero();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/batches",
                    "/batches/b",
                    "/batches/b/results",
                    "/costs",
                    "/usage",
                    "/errors",
                    "/dead-letters"
                })
        void keyOfATenantCannotNameAnother(String path) throws Exception {
            var error = RunningApi.error(403, api().getAs(ACME_KEY, path + "?tenant=" + SECRET));

            assertThat(error.path("code").asString()).isEqualTo("forbidden");
            assertThat(error.path("param").asString()).isEqualTo("tenant");
        }

        @Test
        void batchesAndResultsOfOthersDoNotExist() throws Exception {
            JobId jobId = JobId.of(SECRET, "b", "custom-1");
            String batch = "/batches/" + SECRET + "-batch";

            RunningApi.error(404, api().getAs(ACME_KEY, "/results/" + jobId));
            RunningApi.error(404, api().getAs(ACME_KEY, batch));
            RunningApi.error(404, api().getAs(ACME_KEY, batch + "/results"));
            assertThat(api().getAs(ALL_KEY, "/results/" + jobId).statusCode()).isEqualTo(200);
        }

        @Test
        void cursorOfAnotherTenantShowsNothingOfIt() throws Exception {
            String cursor = Cursor.of(List.of("aaa", "b"));

            assertThat(RunningApi.text(api().getAs(ACME_KEY, "/batches?cursor=" + cursor)))
                    .doesNotContain(SECRET);
        }

        @Test
        void stateNeedsAKeyForAllTenants() throws Exception {
            RunningApi.error(403, api().getAs(ACME_KEY, "/state"));
            assertThat(api().jsonAs(ALL_KEY, "/state").path("workers").asLong()).isEqualTo(1);
        }

        @Test
        void keyThatOnlyCallsModelsReadsNothing() throws Exception {
            for (ApiRoute route : api().routes()) {
                RunningApi.error(
                        403, api().getAs(CALL_KEY, "/" + route.template().replaceAll("[{}]", "")));
            }
        }

        @Test
        void keyForAllReadsEveryTenant() throws Exception {
            assertThat(api().jsonAs(ALL_KEY, "/batches").path("data").size()).isEqualTo(3);
            assertThat(api().jsonAs(ALL_KEY, "/usage?tenant=globex").path("jobs").asLong())
                    .isEqualTo(2);
        }

        @Test
        void wrongOrMissingKeyIsRefusedForEveryPath() throws Exception {
            for (ApiRoute route : api().routes()) {
                var missing = api().get("/" + route.template().replaceAll("[{}]", ""));
                RunningApi.error(401, missing);
                assertThat(missing.headers().firstValue("WWW-Authenticate")).contains("Bearer");
            }
            RunningApi.error(401, api().getAs("wrong", "/usage"));
            RunningApi.error(401, api().get("/usage", "Authorization", "Basic " + ALL_KEY));
            RunningApi.error(401, api().get("/no-such-path"));
        }
    }

    @Nested
    class WithoutKeys {
        @BeforeEach
        void start() throws Exception {
            running = RunningApi.withoutKeys(store(), List.of(), () -> RunningApi.STATE);
        }

        @ParameterizedTest
        @ValueSource(strings = {"localhost", "localhost:8090", "127.0.0.1:1", "[::1]:8090"})
        void namesOfThisMachineAreAnswered(String host) throws Exception {
            assertThat(api().statusForHost(host)).contains(" 200 ");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"evil.example", "127.0.0.1.evil.example:8090", "localhost.evil.example"})
        void otherNamesAreRefused(String host) throws Exception {
            assertThat(api().statusForHost(host)).contains(" 403 ");
        }

        @ParameterizedTest
        @CsvSource({
            "Origin,https://evil.example",
            "Origin,null",
            "Sec-Fetch-Site,cross-site",
            "Sec-Fetch-Site,same-site",
            "X-Forwarded-For,203.0.113.7",
            "Forwarded,for=203.0.113.7",
            "Via,1.1 proxy"
        })
        void pagesOfOthersAndClientsOfProxiesAreRefused(String name, String value)
                throws Exception {
            RunningApi.error(403, api().get("/usage", name, value));
        }
    }
}
