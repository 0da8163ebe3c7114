package dev.millrace.store.result;

import static dev.millrace.store.fixture.Records.LETTERS_0;
import static dev.millrace.store.fixture.Records.NOON;
import static dev.millrace.store.fixture.Records.cost;
import static dev.millrace.store.fixture.Records.costRow;
import static dev.millrace.store.fixture.Records.jobId;
import static dev.millrace.store.fixture.Records.manifestRow;
import static dev.millrace.store.fixture.Records.result;
import static dev.millrace.store.fixture.Records.resultRow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.store.batch.BatchReader;
import dev.millrace.store.batch.BatchStatus;
import dev.millrace.store.batch.ManifestStatus;
import dev.millrace.store.follow.BatchEnd;
import dev.millrace.store.follow.BatchFollower;
import dev.millrace.store.follow.BatchFollower.Selection;
import dev.millrace.store.query.QueryRunner;
import dev.millrace.store.row.RecordPosition;
import dev.millrace.store.row.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests of following a batch that both databases must pass. */
abstract class FollowContract extends StoreContract {
    private static final Selection ALL = new Selection(Long.MIN_VALUE, false);

    private static byte[] failed(long line) {
        return result("b", line, "x", ErrorCode.TIMEOUT, 7, "0");
    }

    private static byte[] succeeded(long line) {
        return result("b", line, "x");
    }

    /** Stores results without offsets, so that a test can do it repeatedly. */
    private void add(byte[]... values) {
        store(Arrays.stream(values).map(it -> resultRow(0, it)).toList());
    }

    /** Returns the lines of the results that were stored since the last look. */
    private static List<Long> look(BatchFollower follower) throws Exception {
        var lines = new ArrayList<Long>();
        long count =
                follower.readNew(
                        value -> {
                            lines.add(Objects.requireNonNull(ResultView.read(value).line()));
                            return true;
                        });
        assertThat(lines).hasSize((int) count);
        return lines;
    }

    @Nested
    class Results {
        @Test
        void arePassedOnOnceWheneverTheyAreStored() throws Exception {
            try (var runner = QueryRunner.open(database.url())) {
                var follower = new BatchFollower(runner, BATCH, ALL);
                assertThat(look(follower)).isEmpty();
                add(succeeded(9), succeeded(2), result("other", 1, "x"));
                assertThat(look(follower)).containsExactly(2L, 9L);
                add(succeeded(2), succeeded(5), succeeded(1));
                assertThat(look(follower)).containsExactly(1L, 5L);
                assertThat(look(follower)).isEmpty();
            }
        }

        @Test
        void ofManyPagesAreAllPassedOn() throws Exception {
            var lines = new ArrayList<>(LongStream.rangeClosed(1, 12_000).boxed().toList());
            Collections.shuffle(lines, new Random(3));
            List<Long> early = lines.subList(0, 7_000);
            List<Long> late = lines.subList(7_000, lines.size());
            try (var runner = QueryRunner.open(database.url())) {
                var follower = new BatchFollower(runner, BATCH, ALL);
                for (List<Long> part : List.of(early, late)) {
                    add(part.stream().map(FollowContract::succeeded).toArray(byte[][]::new));
                    assertThat(look(follower))
                            .containsExactlyElementsOf(part.stream().sorted().toList());
                }
            }
        }

        @Test
        void continueAfterALookThatTheReceiverEnded() throws Exception {
            add(succeeded(1), succeeded(2), succeeded(3));
            try (var runner = QueryRunner.open(database.url())) {
                var follower = new BatchFollower(runner, BATCH, ALL);
                assertThat(follower.readNew(_ -> false)).isEqualTo(1);
                assertThat(look(follower)).containsExactly(2L, 3L);
            }
        }

        @Test
        void withoutAnErrorAreLeftOutOnRequest() throws Exception {
            add(succeeded(1), failed(2), succeeded(3));
            try (var runner = QueryRunner.open(database.url())) {
                var follower =
                        new BatchFollower(runner, BATCH, new Selection(Long.MIN_VALUE, true));
                assertThat(look(follower)).containsExactly(2L);
                add(failed(4), failed(2));
                assertThat(look(follower)).containsExactly(4L);
            }
        }

        @Test
        void ofEarlierLinesAreLeftOutOnRequest() throws Exception {
            add(succeeded(1), succeeded(2), succeeded(3));
            try (var runner = QueryRunner.open(database.url())) {
                var follower = new BatchFollower(runner, BATCH, new Selection(1, false));
                assertThat(look(follower)).containsExactly(2L, 3L);
            }
        }

        @Test
        void withoutALineComeLast() throws Exception {
            ResultView view = ResultView.read(succeeded(1));
            var unnumbered =
                    new ResultView(
                            view.jobId(),
                            view.customId(),
                            view.tenant(),
                            view.batch(),
                            null,
                            view.statusCode(),
                            view.errorCode(),
                            view.model(),
                            view.provider(),
                            view.attempts(),
                            view.costUsd(),
                            view.queuedMs(),
                            view.upstreamMs());
            byte[] marker = {'1'};
            var position = resultRow(0, succeeded(1)).position();
            store(
                    List.of(
                            new Row.Result(position, unnumbered, marker),
                            resultRow(1, succeeded(2))));
            var values = new ArrayList<byte[]>();
            try (var runner = QueryRunner.open(database.url())) {
                new BatchFollower(runner, BATCH, ALL).readNew(values::add);
            }
            assertThat(values).containsExactly(succeeded(2), marker);
        }
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
            add(succeeded(1));
            assertThat(isStored()).isFalse();
        }
    }
}
