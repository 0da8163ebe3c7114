package dev.millrace.gateway.figures;

import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.results.DeadLetterId;
import dev.millrace.results.StoredDeadLetter;
import dev.millrace.results.query.Condition;
import dev.millrace.results.query.Query;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.row.StoredValue;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lists dead letters, latest first. */
public final class DeadLetterReader {
    /** Maximum bytes of values per page, unless a single value is larger. */
    private static final long PAGE_BYTES = 4L * 1024 * 1024;

    /** Maximum number of dead letters that are read at once. */
    private static final int PAGE_ROWS = 500;

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

    /** The position of a dead letter in the list. */
    public record Place(Instant receivedAt, String topicId, int partition, long offset) {}

    /** A dead letter in the list. */
    public record Letter(Place place, StoredDeadLetter stored) {}

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
     * Passes the latest dead letters to the consumer, newest first. Holds one page in memory.
     *
     * @param reason error code; empty for any
     */
    public void forEachLatest(
            UsageFilter filter,
            Optional<String> reason,
            long limit,
            Consumer<StoredDeadLetter> consumer)
            throws DatabaseException {
        Optional<Place> after = Optional.empty();
        Page page;
        long left = limit;
        do {
            page = page(filter, reason, after, (int) Math.min(left, PAGE_ROWS));
            page.letters().forEach(it -> consumer.accept(it.stored()));
            left -= page.letters().size();
            after = page.letters().stream().reduce((_, last) -> last).map(Letter::place);
        } while (page.hasMore() && left > 0);
    }

    /**
     * Returns the dead letters after a position, up to a few MiB.
     *
     * @param reason error code; empty for any
     * @param after the last dead letter of the previous page; empty for the first page
     */
    public Page page(UsageFilter filter, Optional<String> reason, Optional<Place> after, int limit)
            throws DatabaseException {
        Condition condition = filter.deadLetters().and("reason = ?", reason);
        after.ifPresent(
                it ->
                        condition.and(
                                "(" + PLACE + ") < (?, ?, ?, ?)",
                                List.of(
                                        it.receivedAt(),
                                        it.topicId(),
                                        it.partition(),
                                        it.offset())));
        List<Long> sizes =
                runner.list(
                        select(
                                "COALESCE(value_bytes, octet_length(value), 0)"
                                        + " + COALESCE(octet_length(record_key), 0)",
                                condition,
                                limit + 1),
                        row -> row.getLong(1));
        int count = fitting(sizes, limit);
        List<Letter> letters =
                count == 0
                        ? List.of()
                        : runner.list(select(LETTER, condition, count).withValues(), this::letter);
        return new Page(letters, sizes.size() > count);
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
        var place =
                new Place(
                        runner.dialect().instant(row, 1),
                        row.getString(2),
                        row.getInt(3),
                        row.getLong(4));
        var letter =
                new DeadLetter(
                        row.getString(5),
                        row.getString(6),
                        row.getString(7),
                        row.getInt(8),
                        row.getLong(9),
                        row.getString(10),
                        row.getString(11),
                        lineOrNull(row, 12),
                        row.getString(13));
        return new Letter(
                place,
                new StoredDeadLetter(
                        new DeadLetterId(place.partition(), place.offset()),
                        letter,
                        place.receivedAt(),
                        row.getBytes(14),
                        value(row)));
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
