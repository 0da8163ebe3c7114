package dev.millrace.sink.usage;

import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.query.Query;
import dev.millrace.sink.query.QueryRunner;
import dev.millrace.sink.row.StoredValue;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lists dead letters, latest first. */
public final class DeadLetterReader {
    /** Maximum bytes of values per page, unless a single value is larger. */
    private static final long PAGE_BYTES = 4L * 1024 * 1024;

    private static final String PLACE = "received_at, topic_id, kafka_partition, kafka_offset";
    private static final String LETTER =
            PLACE
                    + ", reason, message, origin_topic, origin_partition, origin_offset, tenant,"
                    + " batch, line, job_id, record_key, value, value_bytes";

    private final QueryRunner runner;

    /** Creates a reader that does not close the runner. */
    public DeadLetterReader(QueryRunner runner) {
        this.runner = runner;
    }

    /** The place of a dead letter in the list. */
    public record Place(Instant receivedAt, String topicId, int partition, long offset) {}

    /**
     * A dead letter in the list.
     *
     * @param place its place in the list
     * @param line line number in the file; null for none
     * @param key original key; null for none
     * @param value original value; null for none
     */
    public record Letter(
            Place place,
            String reason,
            String message,
            String originTopic,
            int originPartition,
            long originOffset,
            @Nullable String tenant,
            @Nullable String batch,
            @Nullable Long line,
            @Nullable String jobId,
            byte @Nullable [] key,
            byte @Nullable [] value) {}

    /**
     * A part of the list.
     *
     * @param hasMore true if more dead letters follow
     */
    public record Page(List<Letter> letters, boolean hasMore) {
        public Page {
            letters = List.copyOf(letters);
        }
    }

    /**
     * Returns the dead letters after a place, up to a few MiB of them.
     *
     * @param after the last dead letter of the previous page; empty for the first page
     */
    public Page page(UsageFilter filter, Optional<Place> after, int limit)
            throws DatabaseException {
        Condition condition = Condition.ofDeadLetters(filter);
        after.ifPresent(
                it ->
                        condition.and(
                                "(" + PLACE + ") < (?, ?, ?, ?)",
                                List.of(
                                        it.receivedAt(),
                                        it.topicId(),
                                        it.partition(),
                                        it.offset())));
        try {
            var sizes = new ArrayList<Long>();
            runner.run(
                    select(
                            "COALESCE(value_bytes, octet_length(value), 0)"
                                    + " + COALESCE(octet_length(record_key), 0)",
                            condition,
                            limit + 1),
                    row -> sizes.add(row.getLong(1)));
            int count = fitting(sizes, limit);
            var letters = new ArrayList<Letter>();
            if (count > 0) {
                runner.run(
                        select(LETTER, condition, count).withValues(),
                        row -> letters.add(letter(row)));
            }
            return new Page(letters, sizes.size() > count);
        } catch (SQLException e) {
            throw runner.explain(e);
        }
    }

    private static Query select(String columns, Condition condition, int limit) {
        return Query.of(
                "SELECT "
                        + columns
                        + " FROM dead_letters WHERE "
                        + condition.sql()
                        + " ORDER BY received_at DESC, topic_id DESC, kafka_partition DESC,"
                        + " kafka_offset DESC LIMIT "
                        + limit,
                condition.parameters());
    }

    /** Returns the number of values that fit into a page. */
    private static int fitting(List<Long> sizes, int limit) {
        long bytes = 0;
        int count = 0;
        while (count < Math.min(limit, sizes.size())
                && (count == 0 || bytes + sizes.get(count) <= PAGE_BYTES)) {
            bytes += sizes.get(count);
            count++;
        }
        return count;
    }

    private Letter letter(ResultSet row) throws SQLException {
        return new Letter(
                new Place(
                        runner.dialect().instant(row, 1),
                        row.getString(2),
                        row.getInt(3),
                        row.getLong(4)),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getInt(8),
                row.getLong(9),
                row.getString(10),
                row.getString(11),
                lineOrNull(row, 12),
                row.getString(13),
                row.getBytes(14),
                value(row));
    }

    private static byte @Nullable [] value(ResultSet row) throws SQLException {
        byte[] stored = row.getBytes(15);
        return stored == null ? null : StoredValue.original(stored, row.getInt(16));
    }

    private static @Nullable Long lineOrNull(ResultSet row, int column) throws SQLException {
        long line = row.getLong(column);
        return row.wasNull() ? null : Long.valueOf(line);
    }
}
