package dev.millrace.results;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.store.database.Dialect;
import dev.millrace.store.row.StoredValue;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Converts table rows to records. */
final class RowMapper {
    /** The columns of {@link #view}, in order. */
    static final String VIEW =
            "job_id, custom_id, tenant, batch, line, status_code, error_code, model, provider,"
                    + " attempts, cost_usd, queued_ms, upstream_ms";

    /** The columns of {@link #result}. */
    static final String RESULT = VIEW + ", finished_at, value, value_bytes";

    /** The columns of {@link #letter}. */
    static final String LETTER =
            "reason, message, origin_topic, origin_partition, origin_offset, tenant, batch, line,"
                    + " job_id, received_at, record_key, value, value_bytes,"
                    + " kafka_partition, kafka_offset";

    /** The columns of {@link #cost}. */
    static final String COST =
            "job_id, is_final, model, kind, input_tokens, cached_input_tokens,"
                    + " cache_write_tokens, output_tokens, reasoning_tokens, cost_usd, saved_usd";

    private final Dialect dialect;

    RowMapper(Dialect dialect) {
        this.dialect = dialect;
    }

    static ResultView view(ResultSet row) throws SQLException {
        return new ResultView(
                text(row, 1),
                text(row, 2),
                text(row, 3),
                text(row, 4),
                numberOrNull(row, 5),
                intOrNull(row, 6),
                row.getString(7),
                row.getString(8),
                row.getString(9),
                row.getInt(10),
                new BigDecimal(text(row, 11)),
                row.getLong(12),
                row.getLong(13));
    }

    StoredResult result(ResultSet row) throws SQLException {
        return new StoredResult(
                view(row), dialect.instant(row, 14), Objects.requireNonNull(value(row, 15)));
    }

    StoredDeadLetter letter(ResultSet row) throws SQLException {
        return new StoredDeadLetter(
                new DeadLetterId(row.getInt(14), row.getLong(15)),
                new DeadLetter(
                        text(row, 1),
                        text(row, 2),
                        text(row, 3),
                        row.getInt(4),
                        row.getLong(5),
                        row.getString(6),
                        row.getString(7),
                        numberOrNull(row, 8),
                        row.getString(9)),
                dialect.instant(row, 10),
                row.getBytes(11),
                value(row, 12));
    }

    /** Reads a value; the next column is its size before compression. */
    private static byte @Nullable [] value(ResultSet row, int column) throws SQLException {
        byte[] stored = row.getBytes(column);
        return stored == null ? null : StoredValue.original(stored, row.getInt(column + 1));
    }

    static StoredCost cost(ResultSet row) throws SQLException {
        return new StoredCost(
                new JobId(text(row, 1)),
                row.getBoolean(2),
                row.getString(3),
                CostKind.of(text(row, 4)).orElseThrow(),
                new TokenUsage(
                        row.getLong(5),
                        row.getLong(6),
                        row.getLong(7),
                        row.getLong(8),
                        row.getLong(9)),
                new BigDecimal(text(row, 10)),
                new BigDecimal(text(row, 11)));
    }

    private static String text(ResultSet row, int column) throws SQLException {
        return Objects.requireNonNull(row.getString(column));
    }

    static @Nullable Long numberOrNull(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : Long.valueOf(value);
    }

    private static @Nullable Integer intOrNull(ResultSet row, int column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? null : Integer.valueOf(value);
    }
}
