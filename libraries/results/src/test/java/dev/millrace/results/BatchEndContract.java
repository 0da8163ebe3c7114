package dev.millrace.results;

import static dev.millrace.store.fixture.Records.LETTERS_0;
import static dev.millrace.store.fixture.Records.NOON;
import static dev.millrace.store.fixture.Records.cost;
import static dev.millrace.store.fixture.Records.costRow;
import static dev.millrace.store.fixture.Records.jobId;
import static dev.millrace.store.fixture.Records.manifestRow;
import static dev.millrace.store.fixture.Records.result;
import static dev.millrace.store.fixture.Records.resultRow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.results.batch.BatchEnd;
import dev.millrace.results.batch.BatchReader;
import dev.millrace.results.batch.BatchStatus;
import dev.millrace.results.batch.ManifestStatus;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.row.RecordPosition;
import dev.millrace.store.row.Row;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests of the end of a batch that both databases must pass. */
abstract class BatchEndContract extends StoreContract {
    private static byte[] succeeded(long line) {
        return result("b", line, "x");
    }

    @Nested
    class TheEnd {
        private boolean isComplete() throws Exception {
            try (var runner = QueryRunner.open(database.url())) {
                return new BatchReader(runner, NOON)
                        .find(BATCH)
                        .flatMap(BatchStatus::manifest)
                        .filter(ManifestStatus::isComplete)
                        .isPresent();
            }
        }

        private Row.Letter letter(long offset, long line) {
            return new Row.Letter(
                    new RecordPosition(LETTERS_0, offset, NOON),
                    new DeadLetter("duplicate", "why", "topic", 0, 0, null, "b", line, null),
                    null,
                    new byte[0]);
        }

        private boolean isStored() throws Exception {
            try (var runner = QueryRunner.open(database.url())) {
                return BatchEnd.isStored(runner, new BatchReader(runner, NOON).find(BATCH).get());
            }
        }

        @Test
        void isNotReachedBeforeTheLastResultIsStored() throws Exception {
            store(
                    List.of(
                            manifestRow(0, "b", "s", 2, null),
                            costRow(0, cost("b", 1, "0.1")),
                            costRow(1, cost("b", 2, "0.1")),
                            resultRow(0, succeeded(1))));
            assertThat(isStored()).isFalse();
            store(List.of(resultRow(1, succeeded(2))));
            assertThat(isStored()).isTrue();
        }

        @Test
        void isReachedByDeadLetters() throws Exception {
            store(
                    List.of(
                            manifestRow(0, "b", "s", 2, null),
                            costRow(0, cost("b", 1, "0.1")),
                            resultRow(0, succeeded(1))));
            assertThat(isStored()).isFalse();
            store(List.of(letter(0, 2)));
            assertThat(isStored()).isTrue();
        }

        @Test
        void isNotReachedByADeadLetterAndItsReplayedJob() throws Exception {
            store(
                    List.of(
                            manifestRow(0, "b", "s", 2, null),
                            letter(0, 1),
                            letter(1, 1),
                            resultRow(0, succeeded(1))));
            assertThat(isComplete()).isFalse();
            store(List.of(costRow(0, cost("b", 1, "0.1"))));
            assertThat(isComplete()).isFalse();
            assertThat(isStored()).isFalse();
            store(List.of(costRow(1, cost("b", 2, "0.1")), resultRow(1, succeeded(2))));
            assertThat(isComplete()).isTrue();
            assertThat(isStored()).isTrue();
        }

        @Test
        void isNotReachedByALineThatBecameADeadLetterTwice() throws Exception {
            store(List.of(manifestRow(0, "b", "s", 2, null), letter(0, 1), letter(1, 1)));
            assertThat(isComplete()).isFalse();
            assertThat(isStored()).isFalse();
        }

        @Test
        void isNotReachedBeforeTheResultOfAReplayedJobAndAnotherJobAreStored() throws Exception {
            store(
                    List.of(
                            manifestRow(0, "b", "s", 2, null),
                            letter(0, 1),
                            costRow(0, cost("b", 1, "0.1"))));
            assertThat(isStored()).isFalse();
        }

        @Test
        void isReachedWhenARepeatedSubmissionConsistsOfDeadLetters() throws Exception {
            store(
                    List.of(
                            manifestRow(0, "b", "s1", 2, null),
                            manifestRow(1, "b", "s2", 2, null),
                            costRow(0, cost("b", 1, "0.1")),
                            resultRow(0, succeeded(1)),
                            costRow(1, cost("b", 2, "0.1")),
                            resultRow(1, succeeded(2)),
                            letter(0, 1)));
            assertThat(isComplete()).isFalse();
            store(List.of(letter(1, 2)));
            assertThat(isComplete()).isTrue();
            assertThat(isStored()).isTrue();
        }

        @Test
        void unreadableJobEndsOneLine() throws Exception {
            store(
                    List.of(
                            manifestRow(0, "b", "s", 2, null),
                            costRow(0, cost("b", 1, "0")),
                            unreadable(0, 1)));
            assertThat(isComplete()).isFalse();
            store(List.of(costRow(1, cost("b", 2, "0.1")), resultRow(0, succeeded(2))));
            assertThat(isComplete()).isTrue();
            assertThat(isStored()).isTrue();
        }

        @Test
        void unreadableJobThatWasReplayedEndsOneLine() throws Exception {
            store(
                    List.of(
                            manifestRow(0, "b", "s", 2, null),
                            costRow(0, cost("b", 1, 1, CostKind.NONE, "0")),
                            unreadable(0, 1),
                            costRow(1, cost("b", 1, 2, CostKind.BILLED, "0.1")),
                            resultRow(0, succeeded(1))));
            assertThat(isComplete()).isFalse();
        }

        /** Returns the dead letter of an ended job that a worker could not read. */
        private Row.Letter unreadable(long offset, long line) {
            return new Row.Letter(
                    new RecordPosition(LETTERS_0, offset, NOON),
                    new DeadLetter(
                            "malformed_request",
                            "why",
                            "millrace.jobs.m.normal",
                            0,
                            0,
                            null,
                            "b",
                            line,
                            jobId("b", line).value()),
                    null,
                    new byte[0]);
        }

        @Test
        void isUnknownWithoutAManifest() throws Exception {
            store(List.of(resultRow(0, succeeded(1))));
            assertThat(isStored()).isFalse();
        }
    }
}
