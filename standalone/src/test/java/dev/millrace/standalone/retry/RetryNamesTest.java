package dev.millrace.standalone.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.batch.BatchOrigin;
import dev.millrace.results.BatchKey;
import dev.millrace.results.batch.BatchReader;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.standalone.console.UserError;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetryNamesTest {
    @TempDir private Path folder;

    private String choose(StoredBatch stored, @Nullable String given) throws Exception {
        try (var runner = QueryRunner.open(stored.storeIn(folder))) {
            return RetryNames.choose(
                    new BatchReader(runner, StoredBatch.NOON), BatchKey.of("b"), given);
        }
    }

    @Test
    void namesAreNumbered() {
        assertThat(RetryNames.next("b.jsonl")).isEqualTo("b.jsonl.retry-1");
        assertThat(RetryNames.next("b.jsonl.retry-1")).isEqualTo("b.jsonl.retry-2");
    }

    @Test
    void batchWithoutRetryTakesAnyFreeName() throws Exception {
        assertThat(choose(new StoredBatch().manifest("b", 1, null), null)).isEqualTo("b.retry-1");
        assertThat(choose(new StoredBatch(), "again")).isEqualTo("again");
    }

    @Test
    void nameOfAnotherBatchIsRefused() {
        assertThatThrownBy(() -> choose(new StoredBatch().manifest("again", 1, null), "again"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("already a batch again");
    }

    @Test
    void onlyTheFirstOfTwoRetriesCanBeContinued() throws Exception {
        choose(new StoredBatch().manifest("late", 0, "b"), "late");
        var earlier =
                new BatchManifest(
                        "default",
                        "soon",
                        "s",
                        0,
                        StoredBatch.NOON.plusSeconds(20),
                        "ada@host",
                        Optional.of("b"),
                        BatchOrigin.UNKNOWN);

        assertThat(choose(new StoredBatch().manifest(earlier, StoredBatch.NOON), "soon"))
                .isEqualTo("soon");
        assertThatThrownBy(() -> choose(new StoredBatch(), "late"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("was already retried as soon");
    }

    @Test
    void batchIsRetriedOnceButARetryCanBeContinued() throws Exception {
        assertThat(choose(new StoredBatch().manifest("again", 1, "b"), "again")).isEqualTo("again");
        for (String given : new String[] {null, "other"}) {
            assertThatThrownBy(() -> choose(new StoredBatch(), given))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("was already retried as again");
        }
    }
}
