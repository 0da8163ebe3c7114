package dev.millrace.gateway.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.results.ResultsUnavailableException.Reason;
import dev.millrace.store.database.Database;
import dev.millrace.store.fixture.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionsTest {
    @TempDir Path folder;

    private Connections connections = connections("jdbc:sqlite:unused", Duration.ofMinutes(10));

    private static Connections connections(String url, Duration queryTime) {
        return new Connections(url, queryTime, HeapShare.AMPLE);
    }

    @BeforeEach
    void createTables() throws Exception {
        connections.close();
        TestDatabase database = TestDatabase.sqlite(folder);
        Database.of(database.url()).migrate();
        connections = connections(database.url(), Duration.ofMinutes(10));
    }

    private void limitQueryTime() {
        connections.close();
        connections = connections(TestDatabase.sqlite(folder).url(), Duration.ofSeconds(3));
    }

    @AfterEach
    void close() {
        connections.close();
    }

    @Test
    void queriesDoNotOccupyTheThreadsThatServeOtherRequests() throws Exception {
        boolean isVirtual = connections.query(_ -> Thread.currentThread().isVirtual());

        assertThat(isVirtual).isFalse();
    }

    @Test
    void failuresOfAQueryReachItsRequest() {
        assertThatThrownBy(
                        () ->
                                connections.query(
                                        _ -> {
                                            throw ApiError.notFound("nothing");
                                        }))
                .isInstanceOf(ApiError.class);
    }

    @Test
    void slowReadersOfOneTenantLeavePlacesForOthers() throws Exception {
        var exports = new ArrayList<Connections.Export>();
        for (int i = 0; i < 4; i++) {
            exports.add(connections.export("acme"));
        }

        assertThatThrownBy(() -> connections.export("acme"))
                .isInstanceOfSatisfying(
                        ResultsUnavailableException.class,
                        it -> assertThat(it.reason()).isEqualTo(Reason.TENANT_BUSY));
        connections.export("globex").close();
        exports.getFirst().close();
        exports.getFirst().close();
        exports.set(0, connections.export("acme"));
        assertThatThrownBy(() -> connections.export("acme"))
                .isInstanceOf(ResultsUnavailableException.class);
        exports.forEach(Connections.Export::close);
    }

    @Test
    void queriesAboutOneTenantLeavePlacesForOthers() throws Exception {
        limitQueryTime();

        assertThat(queryWithin("acme", 3)).isFalse();
        assertThat(queryWithin("acme", 2)).isTrue();
    }

    /** Nests queries about a tenant; the innermost query is about another tenant. */
    private boolean queryWithin(String tenant, int further) throws IOException {
        return connections.query(
                Optional.of(tenant),
                _ -> {
                    try {
                        if (further > 0) {
                            return queryWithin(tenant, further - 1);
                        }
                        assertThat(isAnswered("globex")).isTrue();
                        return isAnswered(tenant);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    @Test
    void burstOfATenantIsAnsweredByASlowDatabase() throws Exception {
        var burst = new ArrayList<Future<Boolean>>();
        try (var requests = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                burst.add(
                        requests.submit(
                                () -> connections.query(Optional.of("acme"), _ -> answerSlowly())));
            }
        }

        for (Future<Boolean> request : burst) {
            assertThat(request.get()).isTrue();
        }
    }

    private static boolean answerSlowly() {
        return CompletableFuture.supplyAsync(
                        () -> true, CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS))
                .join();
    }

    @Test
    void lookupsOfOneTenantsJobsLeavePlacesForOthers() throws Exception {
        limitQueryTime();

        assertThat(lookupWithin(3)).isFalse();
        assertThat(lookupWithin(2)).isTrue();
    }

    /** Nests queries about a tenant; the innermost query looks for the result of a job. */
    private boolean lookupWithin(int further) throws IOException {
        return connections.query(
                Optional.of("acme"),
                _ -> {
                    try {
                        return further > 0 ? lookupWithin(further - 1) : isLookedUp("acme");
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private boolean isLookedUp(String tenant) throws IOException {
        var results = new DatabaseResults(connections, InstantSource.system());
        try {
            var _ = results.result(Optional.of(tenant), JobId.of(tenant, "batch", "none"));
            return true;
        } catch (ResultsUnavailableException e) {
            return false;
        }
    }

    private boolean isAnswered(String tenant) throws IOException {
        try {
            return connections.query(Optional.of(tenant), _ -> true);
        } catch (ResultsUnavailableException e) {
            assertThat(e.reason()).isEqualTo(Reason.BUSY);
            return false;
        }
    }

    @Test
    void queriesAreRefusedAfterTheEnd() {
        connections.close();

        assertThatThrownBy(() -> connections.query(_ -> 1))
                .isInstanceOfSatisfying(
                        ResultsUnavailableException.class,
                        error -> assertThat(error.reason()).isEqualTo(Reason.BUSY));
    }
}
