package dev.millrace.results;

import dev.millrace.results.query.Query;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The results of a batch in line order, read page by page. Holds a few MiB in memory, or the
 * largest value. Each page is a separate short query, since a long one would prevent checkpoints of
 * SQLite's log while the sink writes. Results without a line come last, ordered by job id.
 */
public final class ResultLines {
    /** Maximum number of results per page. */
    private static final int PAGE_ROWS = 512;

    /** Maximum bytes of values per page, unless a single value is larger. */
    private static final long PAGE_BYTES = 4L * 1024 * 1024;

    private static final String OF_BATCH = " FROM results WHERE tenant = ? AND batch = ? AND ";
    private static final String NUMBERED =
            "line IS NOT NULL AND (line, job_id) > (?, ?) ORDER BY line, job_id";
    private static final String UNNUMBERED = "line IS NULL AND job_id > ? ORDER BY job_id";

    private final QueryRunner runner;
    private final RowMapper rows;
    private final BatchKey key;

    /** Condition that each result fulfils; ends with {@code AND}, or is empty for all results. */
    private final String condition;

    /** The end of the page that is read; null after the last page. */
    private @Nullable Position position;

    private Iterator<StoredResult> page = Collections.emptyIterator();

    ResultLines(
            QueryRunner runner,
            RowMapper rows,
            BatchKey key,
            OptionalLong after,
            boolean onlyFailed) {
        this.runner = runner;
        this.rows = rows;
        this.key = key;
        this.condition = onlyFailed ? "error_code IS NOT NULL AND " : "";
        this.position = Position.after(after);
    }

    /** Returns the next result; null at the end. */
    public @Nullable StoredResult next() throws DatabaseException {
        while (!page.hasNext()) {
            Position last = position;
            if (last == null) {
                return null;
            }
            List<StoredResult> read = page(last);
            position = next(last, read);
            page = read.iterator();
        }
        return page.next();
    }

    /** The end of a page. The line is null within the results without a line. */
    private record Position(@Nullable Long line, String jobId) {
        /**
         * Returns the position between a line and the next one, or before all lines. It begins the
         * next line, because the empty text sorts before every job id in every collation, but no
         * text sorts after all of them.
         */
        static Position after(OptionalLong line) {
            if (line.isEmpty()) {
                return new Position(Long.MIN_VALUE, "");
            }
            long last = line.getAsLong();
            return new Position(last == Long.MAX_VALUE ? null : Long.valueOf(last + 1), "");
        }
    }

    private static @Nullable Position next(Position before, List<StoredResult> page) {
        if (page.isEmpty()) {
            return before.line == null ? null : new Position(null, "");
        }
        var last = page.getLast().view();
        return new Position(last.line(), last.jobId());
    }

    private List<StoredResult> page(Position after) throws DatabaseException {
        int count = pageSize(after);
        return count == 0
                ? List.of()
                : runner.list(select(RowMapper.RESULT, after, count), rows::result);
    }

    /** Returns the number of results that fit into the next page. */
    private int pageSize(Position after) throws DatabaseException {
        List<Long> sizes =
                runner.list(
                        select("COALESCE(value_bytes, octet_length(value))", after, PAGE_ROWS),
                        row -> row.getLong(1));
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
        String start = "SELECT " + columns + OF_BATCH + condition;
        String end = " LIMIT " + limit;
        return line == null
                ? Query.of(start + UNNUMBERED + end, key.tenant(), key.batch(), after.jobId)
                : Query.of(start + NUMBERED + end, key.tenant(), key.batch(), line, after.jobId);
    }
}
