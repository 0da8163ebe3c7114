package dev.millrace.standalone.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.batch.BatchOrigin;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.database.WriteOutcome;
import dev.millrace.store.row.PartitionId;
import dev.millrace.store.row.RecordPosition;
import dev.millrace.store.row.Row;
import dev.millrace.store.row.StoreTransaction;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stores the outcomes of jobs {@code job-1}, {@code job-2} and so on, as a sink does. */
public final class StoredBatch {
    public static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final String TENANT = "default";
    private static final PartitionId PARTITION = new PartitionId("cluster", "topic", "id", 0);

    private final List<Row> rows = new ArrayList<>();

    /** Adds the result and the final cost event of the job of a line. */
    public StoredBatch result(String batch, long line, @Nullable String error) {
        JobId jobId = JobId.of(TENANT, batch, "job-" + line);
        var view =
                new ResultView(
                        jobId.value(),
                        "job-" + line,
                        TENANT,
                        batch,
                        line,
                        null,
                        error,
                        null,
                        null,
                        0,
                        BigDecimal.ZERO,
                        0,
                        0);
        rows.add(new Row.Result(position(), view, new byte[] {'{', '}'}));
        rows.add(new Row.Cost(position(), CostEvent.withoutCall(jobId, TENANT, batch)));
        return this;
    }

    public StoredBatch deadLetter(String batch, long line, String reason) {
        var letter = new DeadLetter(reason, "why", "topic", 0, 0, null, batch, line, null);
        rows.add(new Row.Letter(position(), letter, null, new byte[0]));
        return this;
    }

    public StoredBatch manifest(String batch, long lines, @Nullable String retryOf) {
        var manifest =
                new BatchManifest(
                        TENANT,
                        batch,
                        "s",
                        lines,
                        NOON,
                        "ada@host",
                        Optional.ofNullable(retryOf),
                        BatchOrigin.UNKNOWN);
        return manifest(manifest, NOON.plusSeconds(10));
    }

    StoredBatch manifest(BatchManifest manifest, Instant recordedAt) {
        rows.add(
                new Row.Manifest(new RecordPosition(PARTITION, rows.size(), recordedAt), manifest));
        return this;
    }

    private RecordPosition position() {
        return new RecordPosition(PARTITION, rows.size(), NOON.plusSeconds(10));
    }

    /** Stores everything; returns the URL of the database. */
    public String storeIn(Path folder) throws DatabaseException {
        String url = "jdbc:sqlite:" + folder.resolve("millrace.db");
        Database.of(url).migrate();
        try (var writer = new DatabaseWriter(Database.of(url), InstantSource.fixed(NOON))) {
            assertThat(writer.store(new StoreTransaction(rows, List.of())))
                    .isInstanceOf(WriteOutcome.Done.class);
        }
        return url;
    }
}
