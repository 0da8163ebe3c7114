package dev.millrace.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.standalone.run.OutcomeLookup.Outcome;
import dev.millrace.standalone.run.OutcomeLookup.Status;
import dev.millrace.standalone.run.PendingLines.PendingLine;
import dev.millrace.standalone.run.journal.JournaledLine;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutcomeLookupTest {
    private static final String JOB = JobId.of("default", "B", "x").value();

    private final String jdbcUrl;
    private final OutcomeLookup outcomes;

    OutcomeLookupTest(@TempDir Path folder) {
        jdbcUrl = "jdbc:sqlite:" + folder.resolve("millrace.db");
        outcomes = OutcomeLookup.open(jdbcUrl);
    }

    @AfterEach
    void close() {
        outcomes.close();
    }

    private void storeCost(boolean isFinal) throws SQLException {
        try (var connection = DriverManager.getConnection(jdbcUrl);
                var insert =
                        connection.prepareStatement(
                                "insert into costs (event_id, recorded_at, is_final, job_id, tenant,"
                                        + " batch, attempt, kind, input_tokens, cached_input_tokens,"
                                        + " cache_write_tokens, cache_write_1h_tokens, output_tokens,"
                                        + " reasoning_tokens,"
                                        + " cost_usd, saved_usd, reserved_usd) values (?, '', ?, ?,"
                                        + " 'default', 'B', 1, 'none', 0, 0, 0, 0, 0, 0, '0', '0', '0')")) {
            insert.setString(1, JOB + "." + isFinal);
            insert.setBoolean(2, isFinal);
            insert.setString(3, JOB);
            insert.executeUpdate();
        }
    }

    @Test
    void jobWithoutARecordHasNotEnded() {
        assertThat(outcomes.hasEnded(JOB)).isFalse();
    }

    @Test
    void jobThatIsCalledHasNotEnded() throws SQLException {
        storeCost(false);

        assertThat(outcomes.hasEnded(JOB)).isFalse();
    }

    /** A job that ended as a dead letter has no result. */
    @Test
    void jobWithAFinalCostHasEnded() throws SQLException {
        storeCost(true);

        assertThat(outcomes.hasEnded(JOB)).isTrue();
    }

    /** The router has rejected line 2, whose job another command published as line 7. */
    @Nested
    class WhenALineIsRejectedAsADuplicate {
        private final JournaledLine line = new JournaledLine(1, "B", 2, JOB, false, true);

        @BeforeEach
        void reject() throws SQLException {
            execute(
                    "insert into dead_letters (topic_id, kafka_partition, kafka_offset,"
                            + " origin_topic, origin_partition, origin_offset, reason, message,"
                            + " batch, line, job_id, received_at) values ('t', 0, 1, 'o', 0, 1,"
                            + " 'duplicate', 'm', 'B', 2, '%s', '2026-11-20T06:00:01Z')"
                                    .formatted(JOB));
        }

        private void storeResultOfLine(long number) throws SQLException {
            execute(
                    """
                    insert into results (job_id, custom_id, tenant, batch, line, status_code,
                     attempts, cost_usd, queued_ms, upstream_ms, finished_at, value)
                     values ('%s', 'x', 'default', 'B', %d, 200, 1, '0', 0, 0,
                     '2026-11-20T06:00:01Z', x'7b7d')"""
                            .formatted(JOB, number));
        }

        private boolean isDuplicate() {
            return outcomes.isDuplicateOfResult(new PendingLine("B", 2));
        }

        @Test
        void lineWaitsForItsJob() {
            assertThat(outcomes.statuses(List.of(line))).containsEntry(line, Status.REJECTED);
            assertThat(isDuplicate()).isFalse();
        }

        @Test
        void rejectionIsTheOutcomeOnceTheOtherLineHasAResult() throws SQLException {
            storeResultOfLine(7);

            assertThat(outcomes.statuses(List.of(line))).containsEntry(line, Status.DEAD_LETTER);
            assertThat(outcomes.find(List.of(line)).get(line))
                    .isInstanceOf(Outcome.Rejection.class);
            assertThat(isDuplicate()).isTrue();
        }

        /** The line was published twice around a crash. */
        @Test
        void resultOfTheLineIsItsOutcome() throws SQLException {
            storeResultOfLine(2);

            assertThat(outcomes.statuses(List.of(line))).containsEntry(line, Status.SUCCEEDED);
            assertThat(outcomes.find(List.of(line)).get(line)).isInstanceOf(Outcome.Result.class);
            assertThat(isDuplicate()).isTrue();
        }
    }

    private void execute(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(jdbcUrl);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
