package dev.millrace.results;

import static dev.millrace.store.fixture.Records.NOON;
import static dev.millrace.store.fixture.Records.RESULTS_0;
import static dev.millrace.store.fixture.Records.jobId;
import static dev.millrace.store.fixture.Records.result;
import static dev.millrace.store.fixture.Records.resultRow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.results.fixture.BatchTotals;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.fixture.Records;
import dev.millrace.store.row.OffsetChange;
import dev.millrace.store.row.RecordPosition;
import dev.millrace.store.row.Row;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests of results that both databases must pass. */
abstract class ResultsContract extends StoreContract {
    @Nested
    class OneResult {
        @Test
        void isReadBackUnchanged() throws Exception {
            byte[] value = result("b", 7, "Grüße 😀");
            storeResults(value);
            try (var store = ResultStore.open(database.url())) {
                StoredResult found = store.find(jobId("b", 7)).orElseThrow();
                assertThat(found.value()).isEqualTo(value);
                assertThat(found.view()).isEqualTo(ResultView.read(value));
                assertThat(found.finishedAt()).isEqualTo(NOON);
            }
        }

        @Test
        void isNotFoundByAnotherId() throws Exception {
            storeResults(result("b", 7, "x"));
            try (var store = ResultStore.open(database.url())) {
                assertThat(store.find(jobId("b", 8))).isEmpty();
            }
        }

        @Test
        void isReplacedByALaterResultInTheSameTransaction() throws Exception {
            storeResults(result("b", 7, "early"), result("b", 7, "late"));
            assertThat(database.rows("SELECT COUNT(*) FROM results")).containsExactly("1");
            try (var store = ResultStore.open(database.url())) {
                assertThat(Records.text(store.find(jobId("b", 7)).orElseThrow().value()))
                        .contains("late");
            }
        }

        @Test
        void isReplacedByALaterResultInALaterTransaction() throws Exception {
            storeResults(result("b", 7, "early"));
            store(List.of(resultRow(1, result("b", 7, "late"))), new OffsetChange(RESULTS_0, 1, 2));
            try (var store = ResultStore.open(database.url())) {
                assertThat(Records.text(store.find(jobId("b", 7)).orElseThrow().value()))
                        .contains("late");
            }
        }

        @Test
        void mayHaveSixteenMebibytes() throws Exception {
            byte[] value = result("b", 1, "x".repeat(16 * 1024 * 1024));
            storeResults(value);
            try (var store = ResultStore.open(database.url())) {
                assertThat(Arrays.equals(store.find(jobId("b", 1)).orElseThrow().value(), value))
                        .isTrue();
            }
        }

        @Test
        void mayContainTextThatADatabaseRejects() throws Exception {
            ResultView view =
                    new ResultView(
                            jobId("b", 1).value(),
                            "nul \0 half \ud83d",
                            "default",
                            "b",
                            null,
                            null,
                            "of_a_later_version",
                            null,
                            null,
                            0,
                            BigDecimal.ZERO,
                            0,
                            0);
            store(
                    List.of(
                            new Row.Result(
                                    new RecordPosition(RESULTS_0, 0, NOON), view, new byte[] {1})),
                    new OffsetChange(RESULTS_0, 0, 1));
            assertThat(database.rows("SELECT custom_id FROM results"))
                    .containsExactly("nul \ufffd half \ufffd");
        }
    }

    @Nested
    class ABatch {
        @Test
        void existsIfAnyRecordOfItIsStored() throws Exception {
            storeResults(result("b", 7, "x"));
            try (var store = ResultStore.open(database.url())) {
                assertThat(store.hasBatch("b")).isTrue();
                assertThat(store.hasBatch("b~2")).isFalse();
            }
        }
    }

    @Nested
    class ManyResults {
        @Test
        void areFoundByAnyNumberOfIds() throws Exception {
            var values = new byte[1_200][];
            var ids = new ArrayList<JobId>();
            for (int i = 0; i < values.length; i++) {
                values[i] = result("b", i + 1, "n" + i);
                ids.add(jobId("b", i + 1));
            }
            storeResults(values);
            ids.add(jobId("b", 5_000));
            try (var store = ResultStore.open(database.url())) {
                assertThat(store.findAll(ids)).hasSize(1_200);
                assertThat(store.views(ids)).hasSize(1_200).doesNotContainKey(jobId("b", 5_000));
            }
        }

        @Test
        void areExportedInLineOrder() throws Exception {
            var lines = new ArrayList<Integer>();
            for (int line = 1; line <= 1_500; line++) {
                lines.add(line);
            }
            Collections.shuffle(lines, new Random(7));
            storeResults(
                    lines.stream()
                            .map(line -> result("b", line, "a" + line))
                            .toArray(byte[][]::new));
            assertThat(lines()).isEqualTo(LongStream.rangeClosed(1, 1_500).boxed().toList());
        }

        @Test
        void areExportedIfTheyExceedAPage() throws Exception {
            var values = new byte[7][];
            for (int i = 0; i < values.length; i++) {
                values[i] = result("b", i + 1, "y".repeat(1_500_000));
            }
            storeResults(values);
            assertThat(lines()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
        }

        @Test
        void areAllExportedForTheSameLine() throws Exception {
            storeResults(result("b", 1, "x"), result("other", 1, "not this"));
            database.execute("UPDATE results SET batch = 'b', line = 1 WHERE batch = 'other'");
            assertThat(lines()).hasSize(2);
        }

        @Test
        void comeLastWithoutALine() throws Exception {
            storeResults(result("b", 1, "x"), result("b", 2, "y"), result("b", 3, "z"));
            database.execute("UPDATE results SET line = NULL WHERE line < 3");
            assertThat(lines()).containsExactly(3L, null, null);
        }

        /** Returns the lines of the batch, as they are exported. */
        private List<@Nullable Long> lines() throws DatabaseException {
            var found = new ArrayList<@Nullable Long>();
            try (var store = ResultStore.open(database.url())) {
                ResultLines lines = store.lines(BATCH, OptionalLong.empty(), false);
                for (var next = lines.next(); next != null; next = lines.next()) {
                    found.add(next.view().line());
                }
            }
            return found;
        }

        @Test
        void excludeOtherBatchesAndTenants() throws Exception {
            storeResults(result("b", 1, "x"), result("c", 2, "y"), result("b", 3, "z"));
            database.execute("UPDATE results SET tenant = 'acme' WHERE line = 3");
            assertThat(lines()).hasSize(1);
            assertThat(BatchTotals.of(database.url(), new BatchKey("acme", "b")).results())
                    .isEqualTo(1);
        }
    }
}
