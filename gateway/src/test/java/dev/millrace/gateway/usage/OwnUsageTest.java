package dev.millrace.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.gateway.http.RunningServer;
import dev.millrace.gateway.job.JobWaits;
import dev.millrace.gateway.results.Connections;
import dev.millrace.gateway.results.DatabaseResults;
import dev.millrace.store.fixture.Records;
import dev.millrace.store.fixture.TestDatabase;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The usage of a caller's own tenant, under {@code /v1}. */
class OwnUsageTest {
    @TempDir private Path folder;
    private Connections connections;
    private RunningServer server;

    @BeforeEach
    void start() throws Exception {
        TestDatabase database = TestDatabase.sqlite(folder);
        new StoredBatches()
                .job("default", "b", 1, "0.1")
                .job("globex", "b", 2, "77")
                .storeIn(database);
        start(database);
    }

    private void start(TestDatabase database) throws Exception {
        InstantSource clock = InstantSource.fixed(Records.NOON);
        connections = new Connections(database.url(), Connections.QUERY_TIME, HeapShare.AMPLE);
        var api =
                new UsageApi(
                        connections,
                        new DatabaseResults(connections, clock),
                        new UsageApi.Parts(
                                List.of(),
                                () -> "{}",
                                PipelineOperations.NONE,
                                JobWaits.NONE,
                                clock,
                                System::nanoTime));
        server = RunningServer.of(List.of(api.ownUsage()));
    }

    @AfterEach
    void stop() {
        server.close();
        connections.close();
    }

    @Test
    void usageIsThatOfTheCallersTenant() throws Exception {
        var response = server.send("GET", "/v1/usage?from=2026-11-01", "");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(RunningServer.json(response).path("jobs").intValue()).isEqualTo(1);
        assertThat(response.body()).contains("\"cost_usd\":0.1").doesNotContain("77");
    }

    @ParameterizedTest
    @CsvSource({"tenant=acme,tenant", "from=yesterday,from", "to=2026-13-01,to"})
    void wrongParametersAreNamed(String query, String param) throws Exception {
        var response = server.send("GET", "/v1/usage?" + query, "");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(RunningServer.json(response).at("/error/param").asString()).isEqualTo(param);
    }

    @Test
    void withoutTheDatabaseTheRequestMayBeRepeated() throws Exception {
        stop();
        start(TestDatabase.sqlite(folder.resolve("none")));

        var response = server.send("GET", "/v1/usage", "");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
    }
}
