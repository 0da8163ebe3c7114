package dev.millrace.store.database;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.store.row.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes each cost event to its table once, and finds the new events. */
final class CostTable implements AutoCloseable {
    /** Rows of the largest statement. Further statements have 1, 2, 4, … rows. */
    private static final int MAX_ROWS = 64;

    private static final List<String> KEY = List.of("job_id", "event_id", "recorded_at");
    private static final List<String> COLUMNS =
            List.of(
                    "event_id",
                    "recorded_at",
                    "is_final",
                    "job_id",
                    "tenant",
                    "batch",
                    "model",
                    "provider",
                    "attempt",
                    "kind",
                    "input_tokens",
                    "cached_input_tokens",
                    "cache_write_tokens",
                    "cache_write_1h_tokens",
                    "output_tokens",
                    "reasoning_tokens",
                    "input_usd_per_million",
                    "cached_input_usd_per_million",
                    "cache_write_usd_per_million",
                    "cache_write_1h_usd_per_million",
                    "output_usd_per_million",
                    "catalog_version",
                    "cost_usd",
                    "saved_usd",
                    "reserved_usd",
                    "catalog_usd",
                    "spilled",
                    "routed_by",
                    "routed_to",
                    "lane",
                    "error_code",
                    "attempts",
                    "job_cost_usd",
                    "upstream_ms",
                    "queued_ms",
                    "cache");

    private final Connection connection;
    private final Dialect dialect;
    private final Map<Integer, PreparedStatement> inserts = new HashMap<>();

    CostTable(Connection connection, Dialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
    }

    private record Key(String jobId, String eventId, Instant recordedAt) {}

    private Key key(Row.Cost row) {
        return new Key(
                row.event().jobId().value(),
                Binder.storable(row.event().eventId()),
                dialect.storable(row.position().recordedAt()));
    }

    /** Writes the events that the table lacks, and returns these events. */
    List<Row.Cost> write(List<Row.Cost> rows) throws SQLException {
        var unique = new LinkedHashMap<Key, Row.Cost>();
        rows.forEach(row -> unique.putIfAbsent(key(row), row));
        return dialect.countsEachInsert() ? writeCounting(unique) : writeReturning(unique);
    }

    private List<Row.Cost> writeCounting(Map<Key, Row.Cost> rows) throws SQLException {
        var added = new ArrayList<Row.Cost>();
        PreparedStatement insert = statement(1);
        try {
            for (Row.Cost row : rows.values()) {
                var binder = new Binder(insert, dialect);
                bind(binder, row);
                binder.add();
            }
            int[] counts = insert.executeBatch();
            int i = 0;
            for (Row.Cost row : rows.values()) {
                if (counts[i++] == 1) {
                    added.add(row);
                }
            }
        } catch (SQLException e) {
            insert.clearBatch();
            throw e;
        }
        return added;
    }

    private List<Row.Cost> writeReturning(Map<Key, Row.Cost> rows) throws SQLException {
        var left = List.copyOf(rows.values());
        var added = new ArrayList<Row.Cost>();
        while (!left.isEmpty()) {
            int size = Math.min(MAX_ROWS, Integer.highestOneBit(left.size()));
            for (Key key : insert(left.subList(0, size))) {
                added.add(Objects.requireNonNull(rows.get(key)));
            }
            left = left.subList(size, left.size());
        }
        return added;
    }

    private List<Key> insert(List<Row.Cost> rows) throws SQLException {
        PreparedStatement insert = statement(rows.size());
        var binder = new Binder(insert, dialect);
        for (Row.Cost row : rows) {
            bind(binder, row);
        }
        var added = new ArrayList<Key>();
        try (ResultSet keys = insert.executeQuery()) {
            while (keys.next()) {
                added.add(new Key(text(keys, 1), text(keys, 2), dialect.instant(keys, 3)));
            }
        }
        return added;
    }

    private PreparedStatement statement(int rows) throws SQLException {
        PreparedStatement insert = inserts.get(rows);
        if (insert == null) {
            insert =
                    connection.prepareStatement(
                            Binder.insert("costs", COLUMNS, rows)
                                    + " ON CONFLICT DO NOTHING"
                                    + (dialect.countsEachInsert()
                                            ? ""
                                            : " RETURNING " + String.join(", ", KEY)));
            inserts.put(rows, insert);
        }
        return insert;
    }

    private static void bind(Binder binder, Row.Cost row) throws SQLException {
        CostEvent event = row.event();
        TokenUsage usage = event.usage();
        Price rates = event.cost().usage().rates();
        binder.text(event.eventId())
                .instant(row.position().recordedAt())
                .flag(event.isFinal())
                .text(event.jobId().value())
                .text(event.tenant())
                .text(event.batch())
                .text(event.model())
                .text(event.provider())
                .number(event.attempt())
                .text(event.kind().word())
                .number(usage.inputTokens())
                .number(usage.cachedInputTokens())
                .number(usage.cacheWriteTokens())
                .number(usage.cacheWriteHourTokens())
                .number(usage.outputTokens())
                .number(usage.reasoningTokens())
                .money(rates == null ? null : rates.input())
                .money(rates == null ? null : rates.cachedInput())
                .money(rates == null ? null : rates.cacheWrite())
                .money(rates == null ? null : rates.cacheWriteHour())
                .money(rates == null ? null : rates.output())
                .text(event.cost().usage().catalogVersion())
                .money(event.costUsd())
                .money(event.savedUsd())
                .money(event.reservedUsd())
                .money(event.cost().usage().catalogUsd())
                .flag(event.cost().spilled());
        binder.text(event.route().by()).text(event.route().to());
        bindEnd(binder, event.end());
    }

    private static void bindEnd(Binder binder, @Nullable JobEnd end) throws SQLException {
        Lane lane = end == null ? null : end.lane();
        binder.text(lane == null ? null : lane.word())
                .text(end == null ? null : end.errorCode())
                .numberOrNull(end == null ? null : Integer.valueOf(end.attempts()))
                .money(end == null ? null : end.jobCostUsd())
                .numberOrNull(end == null ? null : Long.valueOf(end.times().upstreamMs()))
                .numberOrNull(end == null ? null : Long.valueOf(end.times().queuedMs()))
                .text(end == null ? null : end.cache());
    }

    private static String text(ResultSet row, int column) throws SQLException {
        return Objects.requireNonNull(row.getString(column));
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement insert : inserts.values()) {
            insert.close();
        }
    }
}
