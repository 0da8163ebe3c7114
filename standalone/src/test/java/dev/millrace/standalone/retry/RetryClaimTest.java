package dev.millrace.standalone.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.batch.BatchOrigin;
import dev.millrace.results.BatchKey;
import dev.millrace.results.batch.BatchReader;
import dev.millrace.results.batch.ManifestStatus;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.standalone.console.UserError;
import dev.millrace.store.database.DatabaseException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetryClaimTest {
    private static final BatchOrigin ORIGIN =
            new BatchOrigin(
                    Optional.of("b.jsonl"), Map.of("team", "x"), Set.of("m"), Optional.empty());

    @TempDir private Path folder;
    private QueryRunner runner;
    private BatchReader reader;

    @BeforeEach
    void open() throws DatabaseException {
        runner = QueryRunner.open(new StoredBatch().result("b", 1, "timeout").storeIn(folder));
        reader = new BatchReader(runner, StoredBatch.NOON);
    }

    @AfterEach
    void close() {
        runner.close();
    }

    private RetryClaim claim(String name) {
        return new RetryClaim(reader, BatchKey.of("b"), name, StoredBatch.NOON, "ada@host", ORIGIN);
    }

    /** Stores the claim the given number of seconds after noon. */
    private void store(RetryClaim claim, int seconds) {
        try {
            new StoredBatch()
                    .manifest(claim.manifest(), StoredBatch.NOON.plusSeconds(seconds))
                    .storeIn(folder);
        } catch (DatabaseException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void claimWaitsUntilItIsStored() throws Exception {
        RetryClaim claim = claim("again");
        var pauses = new AtomicInteger();

        claim.await(
                () -> {
                    if (pauses.incrementAndGet() == 3) {
                        store(claim, 1);
                    }
                });

        assertThat(pauses).hasValue(3);
    }

    @Test
    void claimThatTheSinkDoesNotStoreEndsTheCommand() {
        var pauses = new AtomicInteger();

        assertThatThrownBy(() -> claim("again").await(pauses::incrementAndGet))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("No job was published")
                .hasMessageContaining("--as again");
        assertThat(pauses).hasValue(RetryClaim.MAX_POLLS);
    }

    @Test
    void earlierClaimOfAnotherNameWins() throws Exception {
        RetryClaim first = claim("z");
        RetryClaim second = claim("a");
        store(first, 1);
        store(second, 2);

        first.await(() -> {});
        assertThatThrownBy(() -> second.await(() -> {}))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("was already retried as z");
    }

    @Test
    void winnerThatContinuesRemainsTheWinner() throws Exception {
        store(claim("z"), 1);
        store(claim("a"), 2);
        RetryClaim again = claim("z");
        store(again, 3);

        again.await(() -> {});
    }

    @Test
    void linesOfAContinuedRetryAreSummed() throws Exception {
        RetryClaim claim = claim("again");
        store(claim, 1);
        assertThat(status().isComplete()).isFalse();
        assertThat(status().progress()).isZero();

        new StoredBatch()
                .manifest(claim.manifest(10), StoredBatch.NOON)
                .manifest(claim.manifest(7), StoredBatch.NOON)
                .storeIn(folder);

        assertThat(status().lines()).isEqualTo(17);
    }

    /** So that the new batch is found by its file, metadata and models, too. */
    @Test
    void retryKeepsTheOriginOfItsBatch() {
        RetryClaim claim = claim("again");

        assertThat(claim.manifest().origin()).isEqualTo(ORIGIN);
        assertThat(claim.manifest(10).origin()).isEqualTo(ORIGIN);
    }

    private ManifestStatus status() throws DatabaseException {
        return reader.find(BatchKey.of("again")).orElseThrow().manifest().orElseThrow();
    }
}
