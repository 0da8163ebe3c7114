package dev.millrace.results;

import static dev.millrace.store.fixture.Records.COSTS_0;
import static dev.millrace.store.fixture.Records.NOON;
import static dev.millrace.store.fixture.Records.RESULTS_0;
import static dev.millrace.store.fixture.Records.TENANT;
import static dev.millrace.store.fixture.Records.cost;
import static dev.millrace.store.fixture.Records.costRow;
import static dev.millrace.store.fixture.Records.manifestRow;
import static dev.millrace.store.fixture.Records.result;
import static dev.millrace.store.fixture.Records.resultRow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.results.erasure.ForgottenRows;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.erasure.ExpiredRows;
import dev.millrace.store.row.Erasures.Subject;
import dev.millrace.store.row.OffsetChange;
import dev.millrace.store.row.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests of deleting rows that both databases must pass. */
abstract class ErasureContract extends StoreContract {
    private static final Duration RETENTION = Duration.ofDays(30);

    /** Milliseconds after noon of a record that has not expired. */
    private static final int YOUNG = 120_000;

    private static final Instant NOW = NOON.plus(RETENTION).plus(Duration.ofMinutes(1));

    private long nextResult;
    private long nextCost;

    @Override
    DatabaseWriter newWriter() {
        return new DatabaseWriter(Database.of(database.url()), InstantSource.fixed(NOW));
    }

    /** Stores the result and the cost event of each line, at a time in milliseconds after noon. */
    private void finish(String batch, int firstLine, int lines, int millis) {
        var rows = new ArrayList<Row>();
        for (int line = firstLine; line < firstLine + lines; line++) {
            rows.add(resultRow(millis, result(batch, line, "x")));
            rows.add(costRow(millis, cost(batch, line, "0.25")));
        }
        store(
                rows,
                new OffsetChange(RESULTS_0, nextResult, nextResult + lines),
                new OffsetChange(COSTS_0, nextCost, nextCost + lines));
        nextResult += lines;
        nextCost += lines;
    }

    private String count(String table) throws Exception {
        return database.rows("SELECT COUNT(*) FROM " + table).getFirst();
    }

    private String requests(String period) throws Exception {
        return database.rows(
                        "SELECT COALESCE(SUM(requests), 0) FROM rollups WHERE period = '"
                                + period
                                + "'")
                .getFirst();
    }

    @Nested
    class ExpiredRecords {
        private ExpiredRows expired() {
            return new ExpiredRows(writer, RETENTION, InstantSource.fixed(NOW));
        }

        @Test
        void areDeletedWithTheRollupsOfTheirMinutesOnly() throws Exception {
            finish("b", 1, 2, 0);
            finish("b", 3, 1, YOUNG);

            assertThat(expired().deleteSome()).isFalse();

            assertThat(database.rows("SELECT line FROM results")).containsExactly("3");
            assertThat(count("costs")).isEqualTo("1");
            assertThat(requests("minute")).isEqualTo("1");
            assertThat(requests("hour")).isEqualTo("3");
            assertThat(requests("day")).isEqualTo("3");
        }

        @Test
        void includeManifests() throws Exception {
            store(List.of(manifestRow(0, "b", "1", 5, null)));
            store(List.of(manifestRow(YOUNG, "c", "1", 5, null)));

            expired().deleteSome();

            assertThat(database.rows("SELECT batch FROM manifests")).containsExactly("c");
        }

        @Test
        void areDeletedInSmallSteps() throws Exception {
            finish("b", 1, 501, 0);
            ExpiredRows expired = expired();

            assertThat(expired.deleteSome()).isTrue();
            assertThat(count("results")).isEqualTo("1");
            assertThat(expired.deleteSome()).isFalse();
            assertThat(count("results")).isEqualTo("0");
        }

        @Test
        void areNotStoredOrCountedAgain() throws Exception {
            finish("b", 1, 2, 0);
            expired().deleteSome();

            finish("b", 1, 2, 0);

            assertThat(count("results")).isEqualTo("0");
            assertThat(requests("day")).isEqualTo("2");
            assertThat(requests("minute")).isEqualTo("0");
        }
    }

    @Nested
    class AClockThatWasYearsAhead {
        @Test
        void doesNotKeepLaterRecordsFromBeingStored() throws Exception {
            InstantSource ahead = InstantSource.fixed(NOW.plus(Duration.ofDays(3_650)));
            new ExpiredRows(writer, RETENTION, ahead).deleteSome();

            finish("b", 1, 2, YOUNG);

            assertThat(count("results")).isEqualTo("2");
            assertThat(requests("day")).isEqualTo("2");
        }
    }

    @Nested
    class ForgottenRecords {
        private void forget(String tenant, String batch) throws Exception {
            try (var other = newWriter()) {
                var rows = new ForgottenRows(other, new Subject(tenant, batch));
                rows.mark(NOON.plusMillis(YOUNG));
                while (rows.deleteSome() > 0) {}
            }
        }

        @Test
        void ofATenantAreDeletedWithItsRollups() throws Exception {
            finish("b", 1, 501, 0);
            forget(TENANT, "");

            assertThat(count("results")).isEqualTo("0");
            assertThat(count("costs")).isEqualTo("0");
            assertThat(count("rollups")).isEqualTo("0");
        }

        @Test
        void ofABatchAreDeletedWithoutThoseOfOtherBatches() throws Exception {
            finish("b", 1, 2, 0);
            finish("c", 1, 1, 0);
            store(List.of(manifestRow(0, "b", "1", 2, null), manifestRow(1, "c", "1", 1, null)));
            forget(TENANT, "b");
            store(List.of(manifestRow(2, "b", "1", 2, null)));

            assertThat(database.rows("SELECT DISTINCT batch FROM results")).containsExactly("c");
            assertThat(count("costs")).isEqualTo("1");
            assertThat(database.rows("SELECT batch FROM manifests")).containsExactly("c");
            assertThat(requests("day")).isEqualTo("3");
        }

        @Test
        void areNotStoredAgainButLaterOnesAre() throws Exception {
            finish("b", 1, 1, 0);
            forget(TENANT, "b");

            finish("b", 1, 2, 0);
            finish("b", 3, 1, YOUNG + 1);

            assertThat(database.rows("SELECT line FROM results")).containsExactly("3");
            assertThat(requests("day")).isEqualTo("2");
        }

        @Test
        void ofAnotherTenantStay() throws Exception {
            finish("b", 1, 2, 0);
            forget("other", "");
            forget("other", "b");

            assertThat(count("results")).isEqualTo("2");
            assertThat(requests("day")).isEqualTo("2");
        }
    }
}
