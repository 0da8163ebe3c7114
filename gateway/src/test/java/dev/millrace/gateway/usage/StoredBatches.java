package dev.millrace.gateway.usage;

import static dev.millrace.store.fixture.Records.COSTS_0;
import static dev.millrace.store.fixture.Records.LETTERS_0;
import static dev.millrace.store.fixture.Records.NOON;
import static dev.millrace.store.fixture.Records.RESULTS_0;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.batch.BatchOrigin;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.PricedUsage;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.contracts.result.Route;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.database.WriteOutcome;
import dev.millrace.store.fixture.Records;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.store.row.RecordPosition;
import dev.millrace.store.row.Row;
import dev.millrace.store.row.StoreTransaction;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stores batches of several tenants, as a sink does. */
final class StoredBatches {
    static final byte[] NOT_TEXT = {(byte) 0xff, 0, 1};

    private final List<Row> rows = new ArrayList<>();

    /** Adds a finished job with one billed attempt. */
    StoredBatches job(String tenant, String batch, long line, String costUsd) {
        return job(tenant, batch, line, null, CostKind.BILLED, costUsd);
    }

    /** Adds the result of a job with a number of bytes. */
    StoredBatches result(String tenant, String batch, long line, int bytes) {
        byte[] value = new byte[bytes];
        Arrays.fill(value, (byte) 'x');
        rows.add(
                new Row.Result(
                        new RecordPosition(RESULTS_0, rows.size(), NOON.plusSeconds(line)),
                        view(tenant, batch, line, null, 1, "0"),
                        value));
        return this;
    }

    /** Adds a finished job with one cost event. */
    StoredBatches job(
            String tenant,
            String batch,
            long line,
            @Nullable String error,
            CostKind kind,
            String costUsd) {
        JobId jobId = JobId.of(tenant, batch, "custom-" + line);
        boolean isCached = kind == CostKind.SAVED;
        int attempts = isCached ? 0 : 1;
        rows.add(
                new Row.Result(
                        new RecordPosition(RESULTS_0, rows.size(), NOON.plusSeconds(line)),
                        view(tenant, batch, line, error, attempts, costUsd),
                        line(tenant, batch, line)));
        rows.add(
                new Row.Cost(
                        new RecordPosition(COSTS_0, rows.size(), NOON.plusSeconds(line)),
                        new CostEvent(
                                CostEvent.idOf(jobId, 1),
                                true,
                                new BatchJob(jobId, tenant, batch),
                                null,
                                Route.NONE,
                                new AttemptCost(
                                        "m-" + tenant,
                                        "p",
                                        1,
                                        kind,
                                        PricedUsage.of(
                                                isCached ? TokenUsage.NONE : TokenUsage.of(100, 30),
                                                Price.of("0.10", "0.42"),
                                                "2026-11"),
                                        isCached ? BigDecimal.ZERO : new BigDecimal(costUsd),
                                        isCached ? new BigDecimal(costUsd) : BigDecimal.ZERO),
                                BigDecimal.ZERO,
                                new JobEnd(
                                        new Route("default/1@v1", "arm-" + tenant),
                                        Lane.NORMAL,
                                        error,
                                        attempts,
                                        new BigDecimal(costUsd),
                                        100 * line))));
        return this;
    }

    private static ResultView view(
            String tenant,
            String batch,
            long line,
            @Nullable String error,
            int attempts,
            String costUsd) {
        return new ResultView(
                JobId.of(tenant, batch, "custom-" + line).value(),
                "custom-" + line,
                tenant,
                batch,
                line,
                error == null ? 200 : null,
                error,
                "m-" + tenant,
                "p",
                attempts,
                new BigDecimal(costUsd),
                5,
                100 * line);
    }

    /** Adds an uncertain attempt that did not end its job. */
    StoredBatches uncertainAttempt(String tenant, String batch, long line, String costUsd) {
        JobId jobId = JobId.of(tenant, batch, "custom-" + line);
        rows.add(
                new Row.Cost(
                        new RecordPosition(COSTS_0, rows.size(), NOON.plusSeconds(line)),
                        new CostEvent(
                                CostEvent.idOf(jobId, 0),
                                false,
                                new BatchJob(jobId, tenant, batch),
                                null,
                                new Route("default/1@v1", "arm-" + tenant),
                                new AttemptCost(
                                        "m-" + tenant,
                                        "p",
                                        1,
                                        CostKind.UNCERTAIN,
                                        PricedUsage.of(
                                                TokenUsage.of(100, 30),
                                                Price.of("0.10", "0.42"),
                                                "2026-11"),
                                        new BigDecimal(costUsd),
                                        BigDecimal.ZERO),
                                BigDecimal.ZERO,
                                null)));
        return this;
    }

    /** Returns the result of a job as stored. */
    static byte[] line(String tenant, String batch, long line) {
        return "{\"id\":\"r\",\"custom_id\":\"custom-%d\",\"response\":null,\"error\":null,\"millrace\":{\"tenant\":\"%s\",\"batch\":\"%s\",\"line\":%d}}"
                .formatted(line, tenant, batch, line)
                .getBytes(UTF_8);
    }

    StoredBatches deadLetter(
            @Nullable String tenant, String batch, long line, String reason, byte[] value) {
        rows.add(
                new Row.Letter(
                        new RecordPosition(LETTERS_0, rows.size(), NOON.plusSeconds(line)),
                        new DeadLetter(
                                reason,
                                "a message",
                                "millrace.requests",
                                0,
                                line,
                                tenant,
                                batch,
                                line,
                                null),
                        null,
                        value));
        return this;
    }

    /** Adds the manifest of a submission of the tenant default. */
    StoredBatches manifest(String batch, String submission, long lines, @Nullable String retryOf) {
        rows.add(Records.manifestRow(rows.size(), batch, submission, lines, retryOf));
        return this;
    }

    /** Adds the manifest of a submission of the tenant default with its origin. */
    StoredBatches submitted(String batch, long lines, BatchOrigin origin) {
        rows.add(Records.manifestRow(rows.size(), batch, "1", lines, null, origin));
        return this;
    }

    /** Stores everything in one transaction. */
    void storeIn(TestDatabase database) throws DatabaseException {
        try (var writer =
                new DatabaseWriter(Database.of(database.url()), InstantSource.fixed(NOON))) {
            writer.add(Map.of(RESULTS_0, 0L, COSTS_0, 0L, LETTERS_0, 0L));
            assertThat(writer.store(new StoreTransaction(rows, List.of())))
                    .isInstanceOf(WriteOutcome.Done.class);
        }
    }
}
