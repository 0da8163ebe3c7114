package dev.millrace.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.gateway.usage.StateSource.StateUnavailableException;
import dev.millrace.store.fixture.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Answers to wrong requests and in times of trouble. */
class WrongRequestsTest {
    @TempDir Path folder;

    private @Nullable RunningApi running;

    @BeforeEach
    void start() throws Exception {
        TestDatabase database = TestDatabase.sqlite(folder);
        new StoredBatches().job("default", "b", 1, "1").storeIn(database);
        running = start(database, () -> RunningApi.STATE);
    }

    private static RunningApi start(TestDatabase database, StateSource state) {
        return RunningApi.withoutKeys(database, ConfigLoader.defaults().catalog().models(), state);
    }

    private RunningApi api() {
        return Objects.requireNonNull(running);
    }

    @AfterEach
    void stop() {
        api().close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    /batches?limit=0 | limit | limit must be a whole number from 1 to 1000, was "0"
                    /batches?limit=1001 | limit | limit must be a whole number from 1 to 1000, was "1001"
                    /batches?limit=x | limit | limit must be a whole number from 1 to 1000, was "x"
                    /batches?limit=1&limit=2 | limit | limit must be given once
                    /batches?cursor=x | cursor | cursor must be next of the previous page, was "x"
                    /batches?tenants=a | tenants | tenants is unknown; the parameters are cursor, limit, search, tenant
                    /batches?search=a&cursor=YQBi | cursor | cursor is not possible with search, whose answer has one page
                    /batches/b/results?failed=yes | failed | failed must be one of true, false, was "yes"
                    /batches?tenant= | tenant | tenant must be text, was ""
                    /batches/b/results?after=-1 | after | after must be a whole number of 0 or more, was "-1"
                    /costs?by=mode | by | by must be one of tenant, model, provider, batch, day, hour, rule, arm, was "mode"
                    /costs?from=yesterday | from | from must be a time such as 2026-11-20T06:00:00Z or a day such as 2026-11-20, was "yesterday"
                    /usage?from=2026-11-20&to=2026-11-19 | to | to must be later than from, was "2026-11-19"
                    /models?limit=1 | limit | limit is unknown; there are no parameters
                    /dead-letters?cursor=YQBiAGMAZAA | cursor | cursor must be next of the previous page, was "other text"
                    """)
    void wrongParameterIsNamedWithItsValueAndTheAllowedValues(
            String path, String param, String message) throws Exception {
        JsonNode error = api().error(400, path);

        assertThat(error.path("code").asString()).isEqualTo("invalid_parameter");
        assertThat(error.path("param").asString()).isEqualTo(param);
        assertThat(error.path("message").asString()).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/x", "/batches/", "/batches/b/results/1"})
    void unknownPathIsNotFound(String path) throws Exception {
        assertThat(api().error(404, path).path("code").asString()).isEqualTo("not_found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE"})
    void otherMethodsAreNotAllowed(String method) throws Exception {
        var response = api().send(method, "/batches");

        assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
        assertThat(RunningApi.error(405, response).path("code").asString())
                .isEqualTo("method_not_allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/batches", "/batches/b", "/batches/b/results", "/openapi.json", "/x"})
    void headHasTheStatusAndTypeOfGetWithoutABody(String path) throws Exception {
        var get = api().send("GET", path);
        var head = api().send("HEAD", path);

        assertThat(head.statusCode()).isEqualTo(get.statusCode());
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("Content-Type"))
                .isEqualTo(get.headers().firstValue("Content-Type"));
    }

    @Test
    void modelsHaveTheirPrices() throws Exception {
        JsonNode models = api().json("/models").path("data");

        assertThat(models.size()).isEqualTo(ConfigLoader.defaults().catalog().models().size());
        assertThat(models.get(0).path("usd_per_million").path("output").decimalValue())
                .isEqualByComparingTo(
                        ConfigLoader.defaults().catalog().models().getFirst().price().output());
    }

    @Test
    void queryThatTakesTooLongEnds() throws Exception {
        stop();
        TestDatabase database = TestDatabase.sqlite(folder);
        // Recursive and endless, so that only the time limit ends a query of the costs.
        database.execute("ALTER TABLE costs RENAME TO stored_costs");
        database.execute(
                "CREATE VIEW costs AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM"
                        + " n) SELECT s.* FROM n, stored_costs s");
        running = RunningApi.withQueryTime(database, Duration.ofSeconds(2));

        assertThat(api().error(504, "/usage?batch=b").path("code").asString())
                .isEqualTo("query_timeout");
        assertThat(api().json("/errors").path("data").size()).isZero();
    }

    @Test
    void missingDatabaseIsUnavailable() throws Exception {
        stop();
        running = start(new TestDatabase("jdbc:sqlite:" + folder.resolve("none.db")), () -> "{}");

        assertThat(api().error(503, "/usage").path("message").asString())
                .doesNotContain(folder.toString());
    }

    @Test
    void silentPipelineIsUnavailable() throws Exception {
        stop();
        running =
                start(
                        TestDatabase.sqlite(folder),
                        () -> {
                            throw new StateUnavailableException("the cluster does not answer");
                        });

        assertThat(api().error(503, "/state").path("message").asString())
                .isEqualTo("the cluster does not answer");
    }

    @Test
    void faultOfTheServerShowsNoDetails() throws Exception {
        stop();
        running =
                start(
                        TestDatabase.sqlite(folder),
                        () -> {
                            throw new IllegalStateException("secret detail");
                        });

        assertThat(RunningApi.text(api().get("/state"))).doesNotContain("secret");
        assertThat(api().error(500, "/state").path("code").asString()).isEqualTo("internal_error");
    }
}
