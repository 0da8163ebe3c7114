package dev.millrace.standalone.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.standalone.run.journal.PlannedLine.Action;
import dev.millrace.standalone.run.journal.RunJournal;
import dev.millrace.standalone.run.journal.RunPlan;
import dev.millrace.standalone.run.journal.RunPlan.FileIdentity;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsExportTest {
    private static final String JOB = JobId.of("default", "B", "x").value();

    private final String jdbcUrl;
    private final RunJournal journal;
    private final OutcomeLookup outcomes;
    private int waits;

    ResultsExportTest(@TempDir Path folder) {
        journal = RunJournal.open(folder.resolve("runs.db"));
        jdbcUrl = "jdbc:sqlite:" + folder.resolve("millrace.db");
        outcomes = OutcomeLookup.open(jdbcUrl);
    }

    @AfterEach
    void close() {
        outcomes.close();
        journal.close();
    }

    private RunPlan newPlan() {
        return journal.newPlan(
                Instant.parse("2026-11-20T06:00:00Z"), Duration.ofHours(24), _ -> false);
    }

    private void store(String row) throws SQLException {
        try (var connection = DriverManager.getConnection(jdbcUrl);
                var statement = connection.createStatement()) {
            statement.execute("insert into " + row);
        }
    }

    private SummaryBuilder export() throws IOException {
        var export =
                new ResultsExport(
                        outcomes,
                        Map.of(),
                        () -> {
                            waits++;
                            return false;
                        });
        try (var plan = journal.openPlan()) {
            return export.write(plan, OutputStream.nullOutputStream());
        }
    }

    /** The first lines of the files share a custom_id: the first is the job, two are repeats. */
    @Nested
    class WhenThreeFilesNameOneBatch {
        @BeforeEach
        void publishAndAnswer() throws SQLException {
            try (RunPlan plan = newPlan()) {
                for (String name : List.of("a", "b", "c")) {
                    byte[] digest = name.getBytes(UTF_8);
                    var identity = new FileIdentity("/" + name, name, digest);
                    long file =
                            plan.registerFiles(List.of(identity), _ -> new byte[0], null)
                                    .getFirst()
                                    .id();
                    plan.submit(file, digest, null, 1, "B", _ -> JOB);
                }
                plan.commit();
            }
            store(
                    "results (job_id, custom_id, tenant, batch, line, status_code, model, provider,"
                            + " attempts, cost_usd, queued_ms, upstream_ms, finished_at, value)"
                            + " values ('%s', 'x', 'default', 'B', 1, 200, 'm', 'p', 1, '0', 0, 0,"
                                    .formatted(JOB)
                            + " '2026-11-20T06:00:01Z', x'7b7d')");
            store(
                    "costs (event_id, recorded_at, is_final, job_id, tenant, batch, attempt, kind,"
                            + " input_tokens, cached_input_tokens, cache_write_tokens,"
                            + " cache_write_1h_tokens, output_tokens, reasoning_tokens, cost_usd,"
                            + " saved_usd, reserved_usd)"
                            + " values ('1', '', true, '%s', 'default', 'B', 1, 'billed', 0, 0, 0, 0,"
                                    .formatted(JOB)
                            + " 0, 0, '0', '0', '0')");
        }

        private void storeDeadLetter() throws SQLException {
            store(
                    "dead_letters (topic_id, kafka_partition, kafka_offset, origin_topic,"
                            + " origin_partition, origin_offset, reason, message, batch, line,"
                            + " received_at) values ('t', 0, 1, 'o', 0, 1, 'duplicate_custom_id',"
                            + " 'm', 'B', 1, '2026-11-20T06:00:01Z')");
        }

        @Test
        void exportDoesNotWaitWhenEveryLineHasAnOutcome() throws SQLException, IOException {
            storeDeadLetter();

            assertThat(export().lines()).isEqualTo(3);
            assertThat(waits).isZero();
        }

        @Test
        void exportDoesNotWaitWhenOneCallAnsweredAllLines() throws IOException {
            assertThat(export().lines()).isEqualTo(3);
            assertThat(waits).isZero();
        }
    }

    @Test
    void exportWaitsForALineWithoutAnOutcome() throws IOException {
        try (RunPlan plan = newPlan()) {
            var identity = new FileIdentity("/a", "a", "a".getBytes(UTF_8));
            long file =
                    plan.registerFiles(List.of(identity), _ -> new byte[0], null).getFirst().id();
            assertThat(plan.submit(file, new byte[16], null, 1, null, _ -> JOB).action())
                    .isEqualTo(Action.PUBLISH);
            plan.commit();
        }

        assertThat(export().lines()).isZero();
        assertThat(waits).isOne();
    }
}
