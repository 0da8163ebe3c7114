package dev.millrace.gateway.figures;

import dev.millrace.results.query.Query;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts the jobs of each lane that ended lately, from their final cost events. */
final class LaneReader {
    /** The time over which ended jobs are counted. */
    static final Duration WINDOW = Duration.ofSeconds(10);

    private final QueryRunner runner;

    /** Creates a reader that does not close the runner. */
    LaneReader(QueryRunner runner) {
        this.runner = runner;
    }

    /**
     * Returns the number of jobs by the word of their lane, without lanes of later versions.
     *
     * @param tenant the only tenant; empty for all
     */
    SortedMap<String, Long> finished(Optional<String> tenant, Instant now)
            throws DatabaseException {
        var parameters = new ArrayList<Object>();
        parameters.add(now.minus(WINDOW));
        tenant.ifPresent(parameters::add);
        var jobs = new TreeMap<String, Long>();
        runner.run(
                Query.of(
                        "SELECT lane, COUNT(*) FROM costs"
                                + " WHERE recorded_at >= ? AND is_final AND lane IS NOT NULL"
                                + (tenant.isPresent() ? " AND tenant = ?" : "")
                                + " GROUP BY lane",
                        parameters.toArray()),
                row -> jobs.put(row.getString(1), row.getLong(2)));
        return jobs;
    }
}
