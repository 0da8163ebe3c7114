package dev.millrace.gateway.figures;

import static dev.millrace.store.fixture.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.Route;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.database.WriteOutcome;
import dev.millrace.store.fixture.Records;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.store.row.RecordPosition;
import dev.millrace.store.row.Row;
import dev.millrace.store.row.StoreTransaction;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaneReaderTest {
    @TempDir private Path folder;

    private static Row ended(long line, Lane lane, Instant at) {
        var end = new JobEnd(Route.NONE, lane, null, 1, BigDecimal.ZERO, 7);
        return new Row.Cost(
                new RecordPosition(Records.COSTS_0, line, at),
                Records.cost("b", line, "0.1").with(end));
    }

    @Test
    void countsTheJobsOfEachLaneThatEndedLately() throws Exception {
        TestDatabase database = TestDatabase.sqlite(folder);
        Database.of(database.url()).migrate();
        Instant early = NOON.minus(LaneReader.WINDOW).minus(Duration.ofMillis(1));
        try (var writer =
                new DatabaseWriter(Database.of(database.url()), InstantSource.fixed(NOON))) {
            assertThat(
                            writer.store(
                                    new StoreTransaction(
                                            List.of(
                                                    ended(1, Lane.NORMAL, NOON),
                                                    ended(2, Lane.NORMAL, NOON),
                                                    ended(3, Lane.BULK, NOON),
                                                    ended(4, Lane.BULK, early)),
                                            List.of())))
                    .isInstanceOf(WriteOutcome.Done.class);
        }
        try (var runner = QueryRunner.open(database.url())) {
            var reader = new LaneReader(runner);
            assertThat(reader.finished(Optional.empty(), NOON))
                    .isEqualTo(Map.of("normal", 2L, "bulk", 1L));
            assertThat(reader.finished(Optional.of("other"), NOON)).isEmpty();
        }
    }
}
