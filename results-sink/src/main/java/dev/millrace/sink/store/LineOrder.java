package dev.millrace.sink.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the results of a batch in the order of their lines, page by page. Each page is a
 * short query of its own: a long one would keep SQLite's log from being cut while the sink writes.
 * Results without a line come last, in the order of their ids.
 */
final class LineOrder {
    /** Results of a page at most. */
    private static final int PAGE_ROWS = 512;

    /** Bytes of values of a page at most, unless a single value is larger. */
    private static final long PAGE_BYTES = 4L * 1024 * 1024;

    private static final String OF_BATCH = " FROM results WHERE tenant = ? AND batch = ? AND ";
    private static final String NUMBERED =
            OF_BATCH + "line IS NOT NULL AND (line, job_id) > (?, ?) ORDER BY line, job_id";
    private static final String UNNUMBERED =
            OF_BATCH + "line IS NULL AND job_id > ? ORDER BY job_id";

    private final Connection connection;
    private final Rows rows;
    private final BatchKey key;

    LineOrder(Connection connection, Rows rows, BatchKey key) {
        this.connection = connection;
        this.rows = rows;
        this.key = key;
    }

    /** What takes the results; it may fail. */
    interface Taker<E extends Exception> {
        void take(StoredResult result) throws E;
    }

    <E extends Exception> void walk(Taker<E> taker) throws SQLException, E {
        Position position = new Position(Long.MIN_VALUE, "");
        while (position != null) {
            List<StoredResult> page = page(position);
            for (StoredResult result : page) {
                taker.take(result);
            }
            position = next(position, page);
        }
    }

    /** Where a page ended; without a line for those at the end that have none. */
    private record Position(@Nullable Long line, String jobId) {}

    private static @Nullable Position next(Position before, List<StoredResult> page) {
        if (page.isEmpty()) {
            return before.line == null ? null : new Position(null, "");
        }
        var last = page.getLast().view();
        return new Position(last.line(), last.jobId());
    }

    private List<StoredResult> page(Position after) throws SQLException {
        int count = affordable(after);
        var page = new ArrayList<StoredResult>(count);
        if (count > 0) {
            select(Rows.RESULT, after, count).run(connection, row -> page.add(rows.result(row)));
        }
        return page;
    }

    /** How many of the next results fit into a page. */
    private int affordable(Position after) throws SQLException {
        var sizes = new ArrayList<Long>(PAGE_ROWS);
        select("octet_length(value)", after, PAGE_ROWS)
                .run(connection, row -> sizes.add(row.getLong(1)));
        long bytes = 0;
        int count = 0;
        while (count < sizes.size() && (count == 0 || bytes + sizes.get(count) <= PAGE_BYTES)) {
            bytes += sizes.get(count);
            count++;
        }
        return count;
    }

    private Query select(String columns, Position after, int limit) {
        Long line = after.line;
        return line == null
                ? Query.of(
                        "SELECT " + columns + UNNUMBERED + " LIMIT " + limit,
                        key.tenant(),
                        key.batch(),
                        after.jobId)
                : Query.of(
                        "SELECT " + columns + NUMBERED + " LIMIT " + limit,
                        key.tenant(),
                        key.batch(),
                        line,
                        after.jobId);
    }
}
