package dev.millrace.sink;

import static dev.millrace.store.fixture.Records.NOON;
import static dev.millrace.store.fixture.Records.RESULTS_0;
import static dev.millrace.store.fixture.Records.result;
import static dev.millrace.store.fixture.Records.resultRow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.erasure.ExpiredRows;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.store.row.OffsetChange;
import dev.millrace.store.row.Row;
import dev.millrace.store.row.StoreTransaction;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionScheduleTest {
    private static final Duration RETENTION = Duration.ofDays(1);
    private static final int ROWS = 700;

    @TempDir Path folder;

    /** Starts shortly before overflow. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);

    private TestDatabase database = new TestDatabase("");
    private DatabaseWriter writer =
            new DatabaseWriter(Database.of("jdbc:sqlite:unused"), InstantSource.fixed(NOON));

    @BeforeEach
    void storeOldRows() throws Exception {
        database = TestDatabase.sqlite(folder);
        writer = new DatabaseWriter(Database.of(database.url()), InstantSource.fixed(NOON));
        writer.add(Map.of(RESULTS_0, 0L));
        var rows = new ArrayList<Row>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(resultRow(i, result("b", i, "x")));
        }
        var _ =
                writer.store(
                        new StoreTransaction(rows, List.of(new OffsetChange(RESULTS_0, 0, ROWS))));
    }

    @AfterEach
    void closeDatabase() {
        writer.close();
    }

    private RetentionSchedule schedule() {
        var later = InstantSource.fixed(NOON.plus(RETENTION).plus(Duration.ofMinutes(1)));
        return new RetentionSchedule(new ExpiredRows(writer, RETENTION, later), nanos::get);
    }

    private String results() throws Exception {
        return database.rows("SELECT COUNT(*) FROM results").getFirst();
    }

    @Test
    void deletesOneStepAtATimeWithPausesBetween() throws Exception {
        RetentionSchedule schedule = schedule();
        schedule.deleteIfDue();
        assertThat(results()).isEqualTo("200");
        assertThat(schedule.hasMore()).isTrue();

        nanos.addAndGet(Duration.ofMillis(99).toNanos());
        schedule.deleteIfDue();
        assertThat(results()).isEqualTo("200");

        nanos.addAndGet(Duration.ofMillis(1).toNanos());
        schedule.deleteIfDue();
        assertThat(results()).isEqualTo("0");
        assertThat(schedule.hasMore()).isFalse();
    }

    @Test
    void keepsDeliveriesOfWebhooksForTwoDays() throws Exception {
        for (String age : List.of("2026-11-19T11:00:00.000Z", "2026-11-20T11:00:00.000Z")) {
            database.execute(
                    "INSERT INTO webhook_deliveries (event_id, endpoint, state, attempts, created_at,"
                            + " next_attempt_at) VALUES ('%s', 'e', 'waiting', 1, '%s', '%s')"
                                    .formatted(age, age, age));
        }
        // At 12:01 of the 21st.
        schedule().deleteIfDue();

        assertThat(database.rows("SELECT event_id FROM webhook_deliveries"))
                .containsExactly("2026-11-20T11:00:00.000Z");
    }

    @Test
    void waitsAMinuteAfterAFailure() throws Exception {
        database.execute("ALTER TABLE dead_letters RENAME TO elsewhere");
        RetentionSchedule schedule = schedule();
        schedule.deleteIfDue();
        assertThat(results()).isEqualTo("700");

        database.execute("ALTER TABLE elsewhere RENAME TO dead_letters");
        nanos.addAndGet(Duration.ofSeconds(59).toNanos());
        schedule.deleteIfDue();
        assertThat(results()).isEqualTo("700");

        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        schedule.deleteIfDue();
        assertThat(results()).isEqualTo("200");
    }
}
