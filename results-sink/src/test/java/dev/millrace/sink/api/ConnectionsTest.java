package dev.millrace.sink.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.sink.database.Database;
import dev.millrace.sink.fixture.ManualTimer;
import dev.millrace.sink.fixture.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionsTest {
    @TempDir Path folder;

    private Connections connections = connections("jdbc:sqlite:unused");

    private static Connections connections(String url) {
        return new Connections(url, Duration.ofMinutes(10), new ManualTimer());
    }

    @BeforeEach
    void createTables() throws Exception {
        connections.close();
        TestDatabase database = TestDatabase.sqlite(folder);
        Database.of(database.url()).migrate();
        connections = connections(database.url());
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
        assertThatThrownBy(
                        () ->
                                connections.query(
                                        _ -> {
                                            throw new IOException("cut off");
                                        }))
                .isInstanceOf(IOException.class);
    }

    @Test
    void slowReadersOfOneTenantLeavePlacesForOthers() throws Exception {
        assertThat(exportWithin("acme", 3)).isEqualTo(429);
        assertThat(exportWithin("acme", 2)).isEqualTo(200);
    }

    /** Exports within further exports of a tenant; of another tenant in the innermost. */
    private int exportWithin(String tenant, int further) throws IOException {
        return connections.export(
                tenant,
                _ -> {
                    if (further > 0) {
                        return exportWithin(tenant, further - 1);
                    }
                    assertThat(statusOfExport("globex")).isEqualTo(200);
                    return statusOfExport(tenant);
                });
    }

    private int statusOfExport(String tenant) throws IOException {
        try {
            return connections.export(tenant, _ -> 200);
        } catch (ApiError e) {
            return e.status();
        }
    }

    @Test
    void queriesAboutOneTenantLeavePlacesForOthers() throws Exception {
        assertThat(queryWithin("acme", 3)).isEqualTo(503);
        assertThat(queryWithin("acme", 2)).isEqualTo(200);
    }

    /** Queries within further queries about a tenant; about another tenant in the innermost. */
    private int queryWithin(String tenant, int further) throws IOException {
        return connections.query(
                Optional.of(tenant),
                _ -> {
                    if (further > 0) {
                        return queryWithin(tenant, further - 1);
                    }
                    assertThat(statusOfQuery("globex")).isEqualTo(200);
                    return statusOfQuery(tenant);
                });
    }

    private int statusOfQuery(String tenant) throws IOException {
        try {
            return connections.query(Optional.of(tenant), _ -> 200);
        } catch (ApiError e) {
            return e.status();
        }
    }

    @Test
    void queriesAreRefusedAfterTheEnd() {
        connections.close();

        assertThatThrownBy(() -> connections.query(_ -> 1))
                .isInstanceOfSatisfying(
                        ApiError.class, error -> assertThat(error.status()).isEqualTo(503));
    }
}
