package dev.millrace.gateway.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.gateway.results.BatchCounts;
import dev.millrace.gateway.results.Connections;
import dev.millrace.gateway.results.DatabaseResults;
import dev.millrace.gateway.results.ResultsUnavailableException;
import dev.millrace.gateway.results.ResultsUnavailableException.Reason;
import dev.millrace.store.fixture.Records;
import dev.millrace.store.fixture.TestDatabase;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the gateway's reading of batches and jobs from a database written by a sink. */
class DatabaseResultsTest {
    @TempDir private Path folder;
    private Connections connections;
    private DatabaseResults results;

    @BeforeEach
    void store() throws Exception {
        TestDatabase database = TestDatabase.sqlite(folder);
        new StoredBatches()
                .job("acme", "b", 1, "0.1")
                .job("acme", "b", 2, "0.2")
                .job("acme", "b", 3, "timeout", CostKind.BILLED, "1")
                .job("globex", "b", 4, "77")
                .deadLetter("acme", "b", 5, "malformed_request", "x".getBytes(UTF_8))
                .deadLetter("acme", "b", 6, "duplicate", "x".getBytes(UTF_8))
                .storeIn(database);
        open(database);
    }

    private void open(TestDatabase database) {
        connections = new Connections(database.url(), Connections.QUERY_TIME, HeapShare.AMPLE);
        results = new DatabaseResults(connections, InstantSource.fixed(Records.NOON));
    }

    @AfterEach
    void close() {
        connections.close();
    }

    private List<String> lines(OptionalLong after) throws Exception {
        try (InputStream in = results.results("acme", "b", after).orElseThrow()) {
            return new String(in.readAllBytes(), UTF_8).lines().toList();
        }
    }

    @Test
    void countsAreThoseOfTheTenantWithoutRepeats() throws Exception {
        BatchCounts counts = results.batch("acme", "b").orElseThrow();

        assertThat(counts.succeeded()).isEqualTo(2);
        assertThat(counts.failed()).isEqualTo(1);
        assertThat(counts.deadLetters()).isEqualTo(1);
        assertThat(counts.errors("timeout")).isEqualTo(1);
        assertThat(counts.usage().money().costUsd()).isEqualByComparingTo("1.3");
        assertThat(counts.hasWholeUsage()).isTrue();
        assertThat(results.batch("acme", "none")).isEmpty();
        assertThat(results.batch("initech", "b")).isEmpty();
    }

    @Test
    void resultsComeInTheOrderOfTheirLines() throws Exception {
        assertThat(lines(OptionalLong.empty())).hasSize(3);
        assertThat(lines(OptionalLong.of(1)))
                .hasSize(2)
                .isEqualTo(lines(OptionalLong.empty()).subList(1, 3));
        assertThat(lines(OptionalLong.of(3))).isEmpty();
        assertThat(results.results("acme", "none", OptionalLong.empty())).isEmpty();
    }

    @Test
    void resultOfAJobIsFoundByItsId() throws Exception {
        byte[] found =
                results.result(Optional.empty(), JobId.of("acme", "b", "custom-2")).orElseThrow();

        assertThat(lines(OptionalLong.of(1)).getFirst()).isEqualTo(new String(found, UTF_8));
        assertThat(results.result(Optional.empty(), JobId.of("acme", "b", "other"))).isEmpty();
    }

    @Test
    void tenantThatReadsTooManyResultsIsRefusedUntilItClosesOne() throws Exception {
        var open = new ArrayList<InputStream>();
        for (int i = 0; i < 4; i++) {
            open.add(results.results("acme", "b", OptionalLong.empty()).orElseThrow());
        }

        assertThatThrownBy(() -> results.results("acme", "b", OptionalLong.empty()))
                .isInstanceOfSatisfying(
                        ResultsUnavailableException.class,
                        it -> {
                            assertThat(it.reason()).isEqualTo(Reason.TENANT_BUSY);
                            assertThat(it.retryAfter()).isPresent();
                        });
        results.results("globex", "b", OptionalLong.empty()).orElseThrow().close();
        open.getFirst().close();
        assertThat(lines(OptionalLong.empty())).hasSize(3);
        for (InputStream each : open) {
            each.close();
        }
    }

    @Test
    void missingDatabaseIsUnavailable() {
        close();
        open(TestDatabase.sqlite(folder.resolve("none")));

        assertThatThrownBy(() -> results.batch("acme", "b"))
                .isInstanceOfSatisfying(
                        ResultsUnavailableException.class,
                        it -> assertThat(it.reason()).isEqualTo(Reason.DOWN));
    }
}
