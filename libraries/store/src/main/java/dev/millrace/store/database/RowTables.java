package dev.millrace.store.database;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.json.JsonFields;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.store.row.Erasures;
import dev.millrace.store.row.RecordPosition;
import dev.millrace.store.row.Row;
import dev.millrace.store.row.StoredValue;
import dev.millrace.store.row.ValueCompressor;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes rows to the tables of results, costs, rollups, dead letters, manifests and unreadable
 * records. Writing a record again changes nothing.
 */
final class RowTables implements AutoCloseable {
    private static final List<String> RESULT =
            List.of(
                    "job_id",
                    "custom_id",
                    "tenant",
                    "batch",
                    "line",
                    "status_code",
                    "error_code",
                    "model",
                    "provider",
                    "attempts",
                    "cost_usd",
                    "queued_ms",
                    "upstream_ms",
                    "finished_at",
                    "value",
                    "value_bytes");
    private static final List<String> LETTER =
            List.of(
                    "topic_id",
                    "kafka_partition",
                    "kafka_offset",
                    "origin_topic",
                    "origin_partition",
                    "origin_offset",
                    "reason",
                    "message",
                    "tenant",
                    "batch",
                    "line",
                    "job_id",
                    "received_at",
                    "record_key",
                    "value",
                    "value_bytes");
    private static final List<String> MANIFEST =
            List.of(
                    "tenant",
                    "batch",
                    "submission",
                    "line_count",
                    "submitted_at",
                    "submitted_by",
                    "retry_of",
                    "origin",
                    "recorded_at");
    private static final List<String> UNREADABLE =
            List.of(
                    "topic",
                    "topic_id",
                    "kafka_partition",
                    "kafka_offset",
                    "problem",
                    "received_at",
                    "record_key",
                    "value");

    private final Connection connection;
    private final Dialect dialect;
    private final PreparedStatement retention;
    private final PreparedStatement forgets;
    private final PreparedStatement results;
    private final CostTable costs;
    private final RollupTable rollups;
    private final PreparedStatement letters;
    private final PreparedStatement manifests;
    private final PreparedStatement unreadable;

    RowTables(Connection connection, Dialect dialect) throws SQLException {
        this.connection = connection;
        this.dialect = dialect;
        retention = connection.prepareStatement("SELECT deleted_before FROM retention");
        forgets = connection.prepareStatement("SELECT tenant, batch, forgotten_at FROM forgotten");
        results = connection.prepareStatement(upsert("results", RESULT, "job_id"));
        costs = new CostTable(connection, dialect);
        rollups = new RollupTable(connection, dialect);
        letters = connection.prepareStatement(insertOnce("dead_letters", LETTER));
        manifests = connection.prepareStatement(raiseLines());
        unreadable = connection.prepareStatement(insertOnce("unreadable", UNREADABLE));
    }

    /**
     * Returns the intentional deletions. Prevents deletions until the transaction ends. Ignores an
     * expiry in the future, which a wrong clock has written and which would exclude all later
     * records.
     */
    Erasures erasures(Instant now) throws SQLException {
        dialect.lockForWriting(connection);
        Instant deletedBefore = Instant.MIN;
        var forgotten = new HashMap<Erasures.Subject, Instant>();
        try (ResultSet rows = retention.executeQuery()) {
            if (rows.next() && !dialect.instant(rows, 1).isAfter(now)) {
                deletedBefore = dialect.instant(rows, 1);
            }
        }
        try (ResultSet rows = forgets.executeQuery()) {
            while (rows.next()) {
                forgotten.put(
                        new Erasures.Subject(rows.getString(1), rows.getString(2)),
                        dialect.instant(rows, 3));
            }
        }
        return new Erasures(deletedBefore, forgotten);
    }

    /**
     * Writes the rows, and adds new cost events to the rollups. After a failure, the batches of all
     * statements are empty.
     */
    void write(List<Row> rows) throws SQLException {
        try (var compressor = new ValueCompressor()) {
            add(rows, compressor);
            for (PreparedStatement statement : statements()) {
                statement.executeBatch();
            }
            List<Row.Cost> events =
                    rows.stream()
                            .filter(Row.Cost.class::isInstance)
                            .map(Row.Cost.class::cast)
                            .toList();
            rollups.add(costs.write(events));
        } catch (SQLException e) {
            for (PreparedStatement statement : statements()) {
                statement.clearBatch();
            }
            throw e;
        }
    }

    private void add(List<Row> rows, ValueCompressor compressor) throws SQLException {
        for (Row.Result row : latestOfEachJob(rows)) {
            write(row, compressor.stored(row.value()));
        }
        for (Row row : rows) {
            switch (row) {
                case Row.Result _, Row.Cost _ -> {}
                case Row.Manifest manifest -> write(manifest);
                case Row.Letter letter -> write(letter, compressor.stored(letter.value()));
                case Row.Unreadable unreadableRow -> write(unreadableRow);
            }
        }
    }

    private List<PreparedStatement> statements() {
        return List.of(results, letters, unreadable);
    }

    /**
     * Returns the last result of each job, because PostgreSQL's driver merges a batch into one
     * statement, which must not update a row twice.
     */
    private static Collection<Row.Result> latestOfEachJob(List<Row> rows) {
        var latest = new LinkedHashMap<String, Row.Result>();
        for (Row row : rows) {
            if (row instanceof Row.Result result) {
                latest.put(result.view().jobId(), result);
            }
        }
        return latest.values();
    }

    private void write(Row.Result row, StoredValue value) throws SQLException {
        ResultView view = row.view();
        new Binder(results, dialect)
                .text(view.jobId())
                .text(view.customId())
                .text(view.tenant())
                .text(view.batch())
                .numberOrNull(view.line())
                .numberOrNull(view.statusCode())
                .text(view.errorCode())
                .text(view.model())
                .text(view.provider())
                .number(view.attempts())
                .money(view.costUsd())
                .number(view.queuedMs())
                .number(view.upstreamMs())
                .instant(row.position().recordedAt())
                .bytes(value.bytes())
                .numberOrNull(value.originalBytes())
                .add();
    }

    private void write(Row.Letter row, StoredValue value) throws SQLException {
        DeadLetter letter = row.letter();
        RecordPosition position = row.position();
        new Binder(letters, dialect)
                .text(position.partition().topicId())
                .number(position.partition().number())
                .number(position.offset())
                .text(letter.topic())
                .number(letter.partition())
                .number(letter.offset())
                .text(letter.reason())
                .text(letter.message())
                .text(letter.tenant())
                .text(letter.batch())
                .numberOrNull(letter.line())
                .text(letter.jobId())
                .instant(position.recordedAt())
                .bytes(row.key())
                .bytes(value.bytes())
                .numberOrNull(value.originalBytes())
                .add();
    }

    private void write(Row.Unreadable row) throws SQLException {
        RecordPosition position = row.position();
        new Binder(unreadable, dialect)
                .text(position.partition().topic())
                .text(position.partition().topicId())
                .number(position.partition().number())
                .number(position.offset())
                .text(row.problem())
                .instant(position.recordedAt())
                .bytes(row.key())
                .bytes(row.value())
                .add();
    }

    /**
     * Writes the row at once, because a batch must not have two manifests of a submission.
     * Manifests are few.
     */
    private void write(Row.Manifest row) throws SQLException {
        BatchManifest manifest = row.manifest();
        var _ =
                new Binder(manifests, dialect)
                        .text(manifest.tenant())
                        .text(manifest.batch())
                        .text(manifest.submission())
                        .number(manifest.lines())
                        .instant(manifest.submittedAt())
                        .text(manifest.submittedBy())
                        .text(manifest.retryOf().orElse(null))
                        .text(origin(manifest))
                        .instant(row.position().recordedAt());
        manifests.executeUpdate();
    }

    private static String origin(BatchManifest manifest) {
        var json = JsonFields.object();
        manifest.origin().writeTo(json);
        return json.toString();
    }

    /** A later manifest of a submission raises its lines; time, submitter and origin stay. */
    private static String raiseLines() {
        return Binder.insert("manifests", MANIFEST, 1)
                + " ON CONFLICT (tenant, batch, submission) DO UPDATE SET line_count = CASE WHEN"
                + " excluded.line_count > manifests.line_count THEN excluded.line_count"
                + " ELSE manifests.line_count END, recorded_at = excluded.recorded_at";
    }

    private static String upsert(String table, List<String> columns, String key) {
        String changes =
                columns.stream()
                        .filter(column -> !column.equals(key))
                        .map(column -> column + " = excluded." + column)
                        .collect(Collectors.joining(", "));
        return Binder.insert(table, columns, 1)
                + " ON CONFLICT ("
                + key
                + ") DO UPDATE SET "
                + changes;
    }

    private static String insertOnce(String table, List<String> columns) {
        return Binder.insert(table, columns, 1) + " ON CONFLICT DO NOTHING";
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : statements()) {
            statement.close();
        }
        costs.close();
        rollups.close();
        manifests.close();
        retention.close();
        forgets.close();
    }
}
