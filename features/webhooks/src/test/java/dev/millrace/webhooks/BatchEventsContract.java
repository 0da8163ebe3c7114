package dev.millrace.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.results.erasure.ForgottenRows;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.row.Erasures.Subject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of events of completed batches, which both databases must pass. */
abstract class BatchEventsContract extends WebhookFixture {
    private static final String TIME = "'2026-11-20T12:00:09.500Z'";

    private void addManifest(String submission, int lines) throws Exception {
        addManifest("t", "b", submission, lines);
    }

    private void addManifest(String tenant, String batch, String submission, int lines)
            throws Exception {
        database.execute(
                "INSERT INTO manifests (tenant, batch, submission, line_count, submitted_at,"
                        + " submitted_by, origin, recorded_at) VALUES ('%s', '%s', '%s', %d, %s, 'ada', '{}',"
                                .formatted(tenant, batch, submission, lines, TIME)
                        + " %s)".formatted(TIME));
    }

    private void addCost(int job) throws Exception {
        addCost("t", "b", job, job);
    }

    private void addCost(String tenant, String batch, int event, int job) throws Exception {
        database.execute(
                "INSERT INTO costs (event_id, recorded_at, is_final, job_id, tenant, batch,"
                        + " attempt, kind, input_tokens, cached_input_tokens,"
                        + " cache_write_tokens, cache_write_1h_tokens, output_tokens, reasoning_tokens, cost_usd,"
                        + " saved_usd, reserved_usd) VALUES ('e%d', %s, TRUE, 'j%d', '%s', '%s',"
                                .formatted(event, TIME, job, tenant, batch)
                        + " 1, 'billed', 0, 0, 0, 0, 0, 0, '0', '0', '0')");
    }

    private void addResult(int job, String error) throws Exception {
        addResult("t", "b", job, error);
    }

    private void addResult(String tenant, String batch, int job, String error) throws Exception {
        database.execute(
                "INSERT INTO results (job_id, custom_id, tenant, batch, status_code,"
                        + " error_code, attempts, cost_usd, queued_ms, upstream_ms,"
                        + " finished_at, value) VALUES ('j%d', 'c', '%s', '%s', 200, %s, 1, '0',"
                                .formatted(job, tenant, batch, error)
                        + " 0, 0, %s, '{}')".formatted(TIME));
    }

    private EventRecorder batchRecorder() throws DatabaseException {
        Database.of(database.url()).migrate();
        return new EventRecorder(
                outbox(),
                List.of(RECEIVER),
                List.of(new CompletedBatches(database.url(), clock)),
                clock);
    }

    @Test
    void isReportedOnceWhenAllItsLinesHaveEnded() throws Exception {
        EventRecorder recorder = batchRecorder();
        assertThat(recorder.runOnce(false)).isZero();
        addManifest("s", 2);
        addCost(1);
        addResult(1, "NULL");
        assertThat(recorder.runOnce(false)).isZero();
        addCost(2);
        addResult(2, "'timeout'");
        assertThat(recorder.runOnce(false)).isEqualTo(1);
        assertThat(recorder.runOnce(false)).isZero();
        assertThat(batchRecorder().runOnce(true)).isZero();
        drain(sender(RECEIVER, poster));

        assertThat(poster.bodies())
                .containsExactly(
                        "{\"type\":\"batch.completed\",\"timestamp\":\"2026-11-20T12:00:09.500Z\",\"data\":{\"tenant\":\"t\",\"batch\":\"b\",\"lines\":2,\"succeeded\":1,\"failed\":1,\"dead_letters\":0,\"submitted_at\":\"2026-11-20T12:00:09.500Z\",\"submitted_by\":\"ada\"}}");
    }

    @Test
    void isReportedAgainWhenFurtherLinesHaveEnded() throws Exception {
        EventRecorder recorder = batchRecorder();
        addManifest("s", 1);
        addCost(1);
        addResult(1, "NULL");
        assertThat(recorder.runOnce(false)).isEqualTo(1);
        addManifest("s2", 1);
        assertThat(recorder.runOnce(false)).isZero();
        addCost(2);
        addResult(2, "NULL");

        assertThat(recorder.runOnce(false)).isEqualTo(1);
    }

    @Test
    void isNotReportedAgainWhenOneOfItsManifestsExpires() throws Exception {
        EventRecorder recorder = batchRecorder();
        addManifest("s1", 2);
        addManifest("s2", 1);
        for (int job = 1; job <= 3; job++) {
            addCost(job);
            addResult(job, "NULL");
        }
        assertThat(recorder.runOnce(false)).isEqualTo(1);
        database.execute("DELETE FROM manifests WHERE submission = 's1'");
        assertThat(recorder.runOnce(false)).isZero();

        assertThat(batchRecorder().runOnce(false)).isZero();
    }

    @Test
    void isKnownAsLongAsOneOfItsManifests() throws Exception {
        EventRecorder recorder = batchRecorder();
        addManifest("s1", 1);
        addManifest("s2", 1);
        for (int job = 1; job <= 2; job++) {
            addCost(job);
            addResult(job, "NULL");
        }
        assertThat(recorder.runOnce(false)).isEqualTo(1);
        database.execute("DELETE FROM manifests WHERE submission = 's1'");
        now = now.plus(Duration.ofDays(1));
        assertThat(recorder.runOnce(false)).isZero();

        assertThat(database.rows("SELECT event_key, found_at FROM webhook_events"))
                .singleElement()
                .asString()
                .startsWith("batch/t/b/2|2026-11-21");
    }

    @Test
    void isNotReportedWithoutLines() throws Exception {
        EventRecorder recorder = batchRecorder();
        addManifest("s", 0);

        assertThat(recorder.runOnce(true)).isZero();
    }

    @Test
    void isNotConfusedWithABatchOfAnotherTenantWhoseNamesHaveSlashes() throws Exception {
        EventRecorder recorder = batchRecorder();
        List<List<String>> names =
                List.of(List.of("a/b", "c"), List.of("a", "b/c"), List.of("a%2Fb", "c"));
        for (int i = 0; i < names.size(); i++) {
            String tenant = names.get(i).getFirst();
            String batch = names.get(i).getLast();
            addManifest(tenant, batch, "s", 1);
            addCost(tenant, batch, i, i);
            addResult(tenant, batch, i, "NULL");
        }

        assertThat(recorder.runOnce(false)).isEqualTo(3);
    }

    @Test
    void thatCannotBeCountedDelaysNoOther() throws Exception {
        EventRecorder recorder = batchRecorder();
        assertThat(recorder.runOnce(false)).isZero();
        for (int job = 1; job <= 3; job++) {
            addManifest("t", "b" + job, "s", 1);
            addCost("t", "b" + job, job, job);
            addResult("t", "b" + job, job, "NULL");
        }
        database.execute("UPDATE results SET line = -9223372036854775808 WHERE batch = 'b2'");
        database.execute("ALTER TABLE results RENAME TO stored_results");
        database.execute(
                "CREATE VIEW results AS SELECT job_id, tenant, batch, finished_at, CASE WHEN"
                        + " line IS NULL OR abs(line) > 0 THEN error_code END AS error_code"
                        + " FROM stored_results");
        assertThat(recorder.runOnce(false)).isEqualTo(2);
        database.execute("UPDATE stored_results SET line = 1");
        now = now.plusSeconds(59);
        assertThat(recorder.runOnce(false)).isZero();
        now = now.plusSeconds(1);

        assertThat(recorder.runOnce(false)).isEqualTo(1);
    }

    private void forget(String tenant, String batch) throws DatabaseException {
        try (var writer = new DatabaseWriter(Database.of(database.url()), clock)) {
            var rows = new ForgottenRows(writer, new Subject(tenant, batch));
            while (rows.deleteSome() > 0) {
                // Deletes the next rows.
            }
        }
    }

    @Test
    void thatIsForgottenLeavesNoEvent() throws Exception {
        EventRecorder recorder = batchRecorder();
        assertThat(recorder.runOnce(false)).isZero();
        List<String> tenants = List.of("t/u", "t/u", "t");
        List<String> batches = List.of("b", "b2", "u/b");
        for (int i = 0; i < tenants.size(); i++) {
            addManifest(tenants.get(i), batches.get(i), "s", 1);
            addCost(tenants.get(i), batches.get(i), i, i);
            addResult(tenants.get(i), batches.get(i), i, "NULL");
        }
        assertThat(recorder.runOnce(false)).isEqualTo(3);
        forget("t/u", "b");
        assertThat(recorder.runOnce(false)).isZero();
        assertThat(database.rows("SELECT event_key FROM webhook_events ORDER BY event_key"))
                .containsExactly("batch/t%2Fu/b2/1", "batch/t/u%2Fb/1");
        assertThat(deliveries()).hasSize(2);
        forget("t", "");
        assertThat(recorder.runOnce(true)).isZero();

        assertThat(database.rows("SELECT event_key FROM webhook_events"))
                .containsExactly("batch/t%2Fu/b2/1");
        assertThat(deliveries()).hasSize(1);
    }

    @Test
    void waitsForResultsThatAreStoredAfterTheirCosts() throws Exception {
        EventRecorder recorder = batchRecorder();
        addManifest("s", 2);
        addCost(1);
        addCost(2);
        addResult(1, "NULL");
        assertThat(recorder.runOnce(false)).isZero();
        now = now.plus(Duration.ofMinutes(5));
        assertThat(recorder.runOnce(false)).isZero();
        assertThat(recorder.runOnce(true)).isZero();
        addResult(2, "NULL");

        assertThat(recorder.runOnce(false)).isEqualTo(1);
    }

    @Test
    void withARepeatedJobIsReportedWhenTheJobHasEndedTwice() throws Exception {
        EventRecorder recorder = batchRecorder();
        addManifest("s", 2);
        addCost("t", "b", 1, 1);
        addResult(1, "NULL");
        assertThat(recorder.runOnce(false)).isZero();
        addCost("t", "b", 2, 1);

        assertThat(recorder.runOnce(false)).isEqualTo(1);
    }
}
