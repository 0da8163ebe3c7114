package dev.millrace.gateway.figures;

import static dev.millrace.store.fixture.Records.LETTERS_0;
import static dev.millrace.store.fixture.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.store.row.OffsetChange;
import dev.millrace.store.row.RecordPosition;
import dev.millrace.store.row.Row;
import dev.millrace.store.row.StoreTransaction;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLetterReaderTest {
    @TempDir private Path folder;

    private static Row letter(long offset, String tenant, String reason) {
        return new Row.Letter(
                new RecordPosition(LETTERS_0, offset, NOON.plusMillis(offset)),
                new DeadLetter(reason, "why", "millrace.requests", 3, 70, tenant, "b", null, null),
                null,
                new byte[0]);
    }

    @Test
    void latestDeadLettersComeFirst() throws Exception {
        TestDatabase database = TestDatabase.sqlite(folder);
        try (var writer =
                new DatabaseWriter(Database.of(database.url()), InstantSource.fixed(NOON))) {
            writer.add(Map.of(LETTERS_0, 0L));
            writer.store(
                    new StoreTransaction(
                            List.of(
                                    letter(0, "default", "malformed_request"),
                                    letter(1, "acme", "duplicate"),
                                    letter(2, "acme", "malformed_request"),
                                    letter(3, "default", "duplicate")),
                            List.of(new OffsetChange(LETTERS_0, 0, 4))));
        }
        try (var runner = QueryRunner.open(database.url())) {
            assertThat(latest(runner, null, null, 10)).containsExactly(3L, 2L, 1L, 0L);
            assertThat(latest(runner, null, null, 3)).containsExactly(3L, 2L, 1L);
            assertThat(latest(runner, null, "duplicate", 10)).containsExactly(3L, 1L);
            assertThat(latest(runner, "acme", "duplicate", 10)).containsExactly(1L);
        }
    }

    /** Returns the offsets of the latest dead letters. */
    private static List<Long> latest(
            QueryRunner runner, @Nullable String tenant, @Nullable String reason, int limit)
            throws Exception {
        var offsets = new ArrayList<Long>();
        new DeadLetterReader(runner)
                .forEachLatest(
                        UsageFilter.ofTenant(Optional.ofNullable(tenant)),
                        Optional.ofNullable(reason),
                        limit,
                        it -> offsets.add(it.id().offset()));
        return offsets;
    }
}
