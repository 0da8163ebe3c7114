package dev.millrace.standalone.result;

import static dev.millrace.store.fixture.Records.result;
import static dev.millrace.store.fixture.Records.resultRow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.results.StoreContract;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.standalone.result.BatchFollower.Selection;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.store.row.Row;
import dev.millrace.testclusters.PostgresServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchFollowerTest {
    /** Tests that both databases must pass. */
    abstract static class Contract extends StoreContract {
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

        @Test
        void resultsArePassedOnOnceWheneverTheyAreStored() throws Exception {
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
        void resultsOfManyPagesAreAllPassedOn() throws Exception {
            var lines = new ArrayList<>(LongStream.rangeClosed(1, 12_000).boxed().toList());
            Collections.shuffle(lines, new Random(3));
            List<Long> early = lines.subList(0, 7_000);
            List<Long> late = lines.subList(7_000, lines.size());
            try (var runner = QueryRunner.open(database.url())) {
                var follower = new BatchFollower(runner, BATCH, ALL);
                for (List<Long> part : List.of(early, late)) {
                    add(part.stream().map(Contract::succeeded).toArray(byte[][]::new));
                    assertThat(look(follower))
                            .containsExactlyElementsOf(part.stream().sorted().toList());
                }
            }
        }

        @Test
        void resultsContinueAfterALookThatTheReceiverEnded() throws Exception {
            add(succeeded(1), succeeded(2), succeeded(3));
            try (var runner = QueryRunner.open(database.url())) {
                var follower = new BatchFollower(runner, BATCH, ALL);
                assertThat(follower.readNew(_ -> false)).isEqualTo(1);
                assertThat(look(follower)).containsExactly(2L, 3L);
            }
        }

        @Test
        void resultsWithoutAnErrorAreLeftOutOnRequest() throws Exception {
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
        void resultsOfEarlierLinesAreLeftOutOnRequest() throws Exception {
            add(succeeded(1), succeeded(2), succeeded(3));
            try (var runner = QueryRunner.open(database.url())) {
                var follower = new BatchFollower(runner, BATCH, new Selection(1, false));
                assertThat(look(follower)).containsExactly(2L, 3L);
            }
        }

        @Test
        void resultsWithoutALineComeLast() throws Exception {
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
    class OnSqlite extends Contract {
        @TempDir Path folder;

        @Override
        protected TestDatabase newDatabase() {
            return TestDatabase.sqlite(folder);
        }
    }

    @Nested
    class OnPostgresql extends Contract {
        private static @Nullable PostgresServer server;

        @BeforeAll
        static void startServer() throws Exception {
            Optional<Path> binaries = PostgresServer.binaries();
            assumeTrue(
                    binaries.isPresent(), "PostgreSQL's initdb and pg_ctl are not on this machine");
            server = PostgresServer.start(binaries.orElseThrow());
        }

        @AfterAll
        static void stopServer() throws Exception {
            if (server != null) {
                server.close();
            }
        }

        @Override
        protected TestDatabase newDatabase() throws Exception {
            return new TestDatabase(Objects.requireNonNull(server).newDatabaseInLinguisticOrder());
        }
    }
}
