package dev.millrace.sink.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.sink.database.Database;
import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.database.DatabaseWriter;
import dev.millrace.sink.fixture.Records;
import dev.millrace.sink.fixture.TestDatabase;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of bringing a database of version 1 up to date, which both databases must pass. */
abstract class MigrationContract {
    private static final String JOB = "0".repeat(31);
    private static final String RESULT =
            "job_id, custom_id, tenant, batch, line, status_code, error_code, model, provider,"
                    + " attempts, cost_usd, queued_ms, upstream_ms, finished_at, value";
    private static final String COST =
            "event_id, recorded_at, is_final, job_id, tenant, batch, model, provider, attempt,"
                    + " kind, input_tokens, cached_input_tokens, cache_write_tokens,"
                    + " output_tokens, reasoning_tokens, input_usd_per_million,"
                    + " cached_input_usd_per_million, cache_write_usd_per_million,"
                    + " output_usd_per_million, catalog_version, cost_usd, saved_usd,"
                    + " reserved_usd";

    private static final String LETTER =
            "topic_id, kafka_partition, kafka_offset, origin_topic, origin_partition,"
                    + " origin_offset, reason, message, tenant, batch, line, job_id, received_at,"
                    + " record_key, value";

    TestDatabase database = new TestDatabase("");

    /** Returns a new, empty database. */
    abstract TestDatabase newDatabase() throws Exception;

    @BeforeEach
    void createVersion1() throws Exception {
        database = newDatabase();
        apply("V1__results.sql");
        database.execute(
                "CREATE TABLE millrace_schema"
                        + " (version INTEGER NOT NULL PRIMARY KEY, script TEXT NOT NULL)");
        database.execute("INSERT INTO millrace_schema VALUES (1, 'V1__results.sql')");
        addRows();
    }

    /** Runs a script as the sink of its version did. */
    private void apply(String name) throws Exception {
        try (InputStream in = Objects.requireNonNull(Database.class.getResourceAsStream(name))) {
            String script = new String(in.readAllBytes(), UTF_8).replaceAll("(?m)^ *--.*\n", "");
            Map<String, String> types = Database.of(database.url()).dialect().types();
            for (var type : types.entrySet()) {
                script = script.replace("${" + type.getKey() + "}", type.getValue());
            }
            for (String command : List.of(script.split(";\\s*\n", -1))) {
                if (!command.isBlank()) {
                    database.execute(command);
                }
            }
        }
    }

    private void addRows() throws Exception {
        String times = "'2026-11-20T12:00:00.125Z'";
        database.execute(
                "INSERT INTO offsets VALUES ('cluster', 'millrace.results', 'topic-id-r', 0, 7, "
                        + times
                        + ")");
        for (int i = 1; i <= 3; i++) {
            String error = i == 2 ? "'timeout'" : "NULL";
            database.execute(
                    "INSERT INTO results (%s) VALUES ('%s%d', 'c-%d', 't', 'b', %d, 200, %s, 'm', 'p', 1, '0.%d', 41, %d, %s, '{}')"
                            .formatted(RESULT, JOB, i, i, i, error, i, 1_000 * i, times));
            database.execute(
                    "INSERT INTO costs (%s) VALUES ('%s%d-1', %s, TRUE, '%s%d', 't', 'b', 'm', 'p', 1, 'billed', 100, 20, 10, 30, 5, '0.1', '0.2', '0.3', '0.4', '2026-11', '0.000000000000000000%d', '0', '0.5')"
                            .formatted(COST, JOB, i, times, JOB, i, i));
        }
        database.execute(
                "INSERT INTO costs (%s) VALUES ('%s1-0', %s, FALSE, '%s1', 't', 'b', NULL, NULL, 0, 'uncertain', 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, '123456789012.000001', '0', '0')"
                        .formatted(COST, JOB, times, JOB));
        database.execute(
                "INSERT INTO dead_letters VALUES ('topic-id-d', 0, 4, 'millrace.requests', 1, 9,"
                        + " 'malformed_request', 'why', 't', 'b', 8, NULL, "
                        + times
                        + ", NULL, 'bytes')");
    }

    private List<String> rows() throws Exception {
        var rows = new ArrayList<String>();
        rows.addAll(database.rows("SELECT * FROM offsets"));
        rows.addAll(database.rows("SELECT " + RESULT + " FROM results ORDER BY job_id"));
        rows.addAll(database.rows("SELECT " + COST + " FROM costs ORDER BY job_id, event_id"));
        rows.addAll(database.rows("SELECT " + LETTER + " FROM dead_letters"));
        return rows;
    }

    private void migrate() throws DatabaseException {
        Database.of(database.url()).migrate();
    }

    @Nested
    class ADatabaseOfVersion1 {
        @Test
        void keepsItsRows() throws Exception {
            List<String> before = rows();
            migrate();

            assertThat(before).hasSize(9);
            assertThat(rows()).isEqualTo(before);
            assertThat(database.rows("SELECT version FROM millrace_schema ORDER BY version"))
                    .startsWith("1", "2");
            assertThat(database.rows("SELECT * FROM manifests")).isEmpty();
        }

        @Test
        void getsRollupsOfItsEvents() throws Exception {
            migrate();

            assertThat(
                            database.rows(
                                    "SELECT model, requests, failures, billed_events,"
                                            + " uncertain_events, input_tokens, called_requests,"
                                            + " upstream_ms, queued_ms, billed_usd, uncertain_usd,"
                                            + " slowest_ms FROM rollups"
                                            + " WHERE period = 'hour' ORDER BY model"))
                    .containsExactly(
                            "|0|0|0|1|0|0|0|0|0|123456789012.000001|0",
                            "m|3|1|3|0|300|3|6000|123|0.0000000000000000006|0|3000");
            assertThat(database.rows("SELECT DISTINCT period FROM rollups ORDER BY 1"))
                    .containsExactly("day", "hour", "minute");
        }

        @Test
        void getsTheTablesOfWebhooks() throws Exception {
            migrate();

            assertThat(database.rows("SELECT COUNT(*) FROM webhook_events")).containsExactly("0");
            assertThat(database.rows("SELECT COUNT(*) FROM webhook_deliveries"))
                    .containsExactly("0");
        }

        @Test
        void keepsItsOffsets() throws Exception {
            try (var writer =
                    new DatabaseWriter(
                            Database.of(database.url()), InstantSource.fixed(Records.NOON))) {
                assertThat(writer.offsets(List.of(Records.RESULTS_0)))
                        .isEqualTo(Map.of(Records.RESULTS_0, 7L));
            }
        }

        @Test
        void isUnchangedByAMigrationThatFailsAndIsMigratedByTheNext() throws Exception {
            List<String> before = rows();
            database.execute("CREATE TABLE rollups (in_the_way INTEGER)");
            assertThatThrownBy(() -> migrate()).isInstanceOf(DatabaseException.class);

            assertThat(rows()).isEqualTo(before);
            assertThat(database.rows("SELECT version FROM millrace_schema")).containsExactly("1");
            assertThatThrownBy(() -> database.rows("SELECT routed_by FROM costs"))
                    .hasMessageContaining("routed_by");

            database.execute("DROP TABLE rollups");
            migrate();
            assertThat(rows()).isEqualTo(before);
            assertThat(database.rows("SELECT COUNT(*) FROM rollups")).containsExactly("6");
        }
    }

    @Nested
    class ADatabaseWithRollups {
        private static final List<String> SCRIPTS =
                List.of(
                        "V2__rollups.sql",
                        "V3__compression.sql",
                        "V4__erasure.sql",
                        "V5__manifests.sql",
                        "V6__webhooks.sql",
                        "V7__failures.sql");

        /** Brings the database to a version from 2 to 7, whose rollups did not separate amounts. */
        private void bringTo(int version) throws Exception {
            for (int next = 2; next <= version; next++) {
                String script = SCRIPTS.get(next - 2);
                apply(script);
                database.execute(
                        "INSERT INTO millrace_schema VALUES (" + next + ", '" + script + "')");
            }
            for (String period : List.of("minute", "hour", "day")) {
                String start =
                        period.equals("day")
                                ? "2026-11-20T00:00:00.000Z"
                                : "2026-11-20T12:00:00.000Z";
                addRollup(period, start, "", "123456789012.000001");
                addRollup(period, start, "m", "0.0000000000000000006");
            }
            addRollup("day", "2026-01-01T00:00:00.000Z", "m", "7.5");
        }

        private void addRollup(String period, String start, String model, String cost)
                throws Exception {
            var zeros = new StringBuilder();
            for (int i = 0; i < 46; i++) {
                zeros.append(i == 16 ? ", " + cost + ", 0" : "").append(", 0");
            }
            database.execute(
                    "INSERT INTO rollups VALUES ('%s', '%s', 't', '%s', '%s', '', ''%s)"
                            .formatted(
                                    period,
                                    start,
                                    model,
                                    model.isEmpty() ? "" : "p",
                                    zeros.toString().replace(cost, "'" + cost + "'")));
        }

        @ParameterizedTest
        @ValueSource(ints = {2, 3, 4, 5, 6, 7})
        void getsTheUncertainCostOfItsStoredEventsAndKeepsTheSumsOfDeletedOnes(int version)
                throws Exception {
            bringTo(version);
            migrate();

            assertThat(
                            database.rows(
                                    "SELECT period, model, CASE WHEN"
                                            + " CAST(billed_usd AS DECIMAL) = 0 THEN '0'"
                                            + " ELSE CAST(billed_usd AS TEXT) END,"
                                            + " uncertain_usd, slowest_ms FROM rollups"
                                            + " ORDER BY starts_at, period, model"))
                    .containsExactly(
                            "day|m|7.5|0|0",
                            "day||0|123456789012.000001|0",
                            "day|m|0.0000000000000000006|0|3000",
                            "hour||0|123456789012.000001|0",
                            "hour|m|0.0000000000000000006|0|3000",
                            "minute||0|123456789012.000001|0",
                            "minute|m|0.0000000000000000006|0|3000");
        }
    }
}
