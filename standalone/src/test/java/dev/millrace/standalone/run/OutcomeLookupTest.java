package dev.millrace.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
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
}
