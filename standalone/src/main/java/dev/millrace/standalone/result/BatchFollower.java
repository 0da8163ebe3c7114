package dev.millrace.standalone.result;

import dev.millrace.results.BatchKey;
import dev.millrace.results.query.Query;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.row.StoredValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds the results of a batch that were stored since the last look. Holds one page of values, and
 * the ids of the jobs that it has passed on, because neither the time nor the line of a result
 * shows when it was stored. Used by one thread.
 */
final class BatchFollower {
    /** Maximum number of entries of the index that are read at once. */
    private static final int INDEX_ROWS = 10_000;

    /** Maximum number of results whose values are read at once. */
    private static final int PAGE_ROWS = 256;

    /** Maximum bytes of values that are read at once, unless a single value is larger. */
    private static final long PAGE_BYTES = 4L * 1024 * 1024;

    private static final String OF_BATCH =
            "SELECT line, job_id FROM results WHERE tenant = ? AND batch = ? AND ";
    private static final String NUMBERED =
            "line IS NOT NULL AND (line, job_id) > (?, ?) ORDER BY line, job_id LIMIT "
                    + INDEX_ROWS;
    private static final String UNNUMBERED =
            "line IS NULL AND job_id > ? ORDER BY job_id LIMIT " + INDEX_ROWS;

    private final QueryRunner runner;
    private final BatchKey key;
    private final Selection selection;
    private final JobIdSet known = new JobIdSet();

    /** Creates a follower that has passed on nothing, and does not close the runner. */
    public BatchFollower(QueryRunner runner, BatchKey key, Selection selection) {
        this.runner = runner;
        this.key = key;
        this.selection = selection;
    }

    /**
     * The results to pass on.
     *
     * @param after only results of lines after this one, and results without a line
     * @param onlyFailed only results with an error
     */
    public record Selection(long after, boolean onlyFailed) {}

    /** Receives results. */
    public interface Receiver {
        /**
         * Receives a result.
         *
         * @param value the whole line, unchanged, without a line break
         * @return false to end the look; this result counts as received
         */
        boolean receive(byte[] value) throws IOException;
    }

    /**
     * Passes on each new result in input order. Ignores a result that replaces an already passed
     * result.
     *
     * @return the number of results
     */
    public long readNew(Receiver receiver) throws DatabaseException, IOException {
        long count = 0;
        Position position = Position.after(selection.after);
        while (position != null) {
            var fresh = new ArrayList<String>();
            Position next = scan(position, fresh);
            for (int from = 0; from < fresh.size(); from += PAGE_ROWS) {
                int to = Math.min(fresh.size(), from + PAGE_ROWS);
                Passed passed = pass(fresh.subList(from, to), receiver);
                count += passed.count;
                if (passed.isEnd) {
                    return count;
                }
            }
            position = next;
        }
        return count;
    }

    /** An entry of the index. The line is null among the results without a line. */
    private record Position(@Nullable Long line, String jobId) {
        /**
         * Returns the position between a line and the next one. It begins the next line, because
         * the empty text sorts before every job id in every collation, but no text sorts after all
         * of them.
         */
        static Position after(long line) {
            return new Position(line == Long.MAX_VALUE ? null : Long.valueOf(line + 1), "");
        }
    }

    /**
     * Adds the unknown jobs after a position to the list.
     *
     * @return the position to continue from; null at the end
     */
    private @Nullable Position scan(Position after, List<String> fresh) throws DatabaseException {
        Long line = after.line;
        var last = new Position[1];
        Query query =
                line == null
                        ? Query.of(OF_BATCH + UNNUMBERED, key.tenant(), key.batch(), after.jobId)
                        : Query.of(
                                OF_BATCH + NUMBERED, key.tenant(), key.batch(), line, after.jobId);
        runner.run(
                query,
                row -> {
                    String jobId = Objects.requireNonNull(row.getString(2));
                    last[0] = new Position(line == null ? null : row.getLong(1), jobId);
                    if (!known.contains(jobId)) {
                        fresh.add(jobId);
                    }
                });
        if (last[0] != null) {
            return last[0];
        }
        return line == null ? null : new Position(null, "");
    }

    private record Passed(long count, boolean isEnd) {}

    private record Found(String jobId, long bytes) {}

    private Passed pass(List<String> jobIds, Receiver receiver)
            throws DatabaseException, IOException {
        List<Found> found = sizes(jobIds);
        long count = 0;
        int from = 0;
        while (from < found.size()) {
            int to = pageEnd(found, from);
            for (Value value : values(found.subList(from, to))) {
                boolean goesOn = receiver.receive(value.bytes);
                known.add(value.jobId);
                count++;
                if (!goesOn) {
                    return new Passed(count, true);
                }
            }
            from = to;
        }
        // Marks successful jobs as known too, so that a search for failed jobs reads them once.
        jobIds.forEach(known::add);
        return new Passed(count, false);
    }

    private static int pageEnd(List<Found> found, int from) {
        long bytes = 0;
        int to = from;
        while (to < found.size() && (to == from || bytes + found.get(to).bytes <= PAGE_BYTES)) {
            bytes += found.get(to).bytes;
            to++;
        }
        return to;
    }

    /** Returns the given jobs whose results are selected. */
    private List<Found> sizes(List<String> jobIds) throws DatabaseException {
        return runner.list(
                Query.of(
                        "SELECT job_id, COALESCE(value_bytes, octet_length(value)) FROM results"
                                + " WHERE job_id IN ("
                                + Query.placeholders(jobIds.size())
                                + ")"
                                + (selection.onlyFailed ? " AND error_code IS NOT NULL" : "")
                                + " ORDER BY line IS NULL, line, job_id",
                        jobIds.toArray()),
                row -> new Found(Objects.requireNonNull(row.getString(1)), row.getLong(2)));
    }

    private record Value(String jobId, byte[] bytes) {}

    private List<Value> values(List<Found> page) throws DatabaseException {
        Object[] jobIds = page.stream().map(Found::jobId).toArray();
        return runner.list(
                Query.of(
                                "SELECT job_id, value, value_bytes FROM results WHERE job_id IN ("
                                        + Query.placeholders(jobIds.length)
                                        + ") ORDER BY line IS NULL, line, job_id",
                                jobIds)
                        .withValues(),
                row ->
                        new Value(
                                Objects.requireNonNull(row.getString(1)),
                                StoredValue.original(row.getBytes(2), row.getInt(3))));
    }
}
