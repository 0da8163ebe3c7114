package dev.millrace.gateway.figures;

import dev.millrace.results.query.Condition;
import dev.millrace.results.query.Query;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.rollup.RollupCounter;
import dev.millrace.store.rollup.RollupPeriod;
import dev.millrace.store.rollup.RollupSums;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts outcomes: jobs and records by error, and the latency of calls. */
public final class OutcomeReader {
    private final QueryRunner runner;

    /** Creates a reader that does not close the runner. */
    public OutcomeReader(QueryRunner runner) {
        this.runner = runner;
    }

    /**
     * The number of outcomes with one error code.
     *
     * @param jobs number of jobs that ended with the error
     * @param deadLetters number of records that did not become a job for this reason
     */
    public record ErrorCount(long jobs, long deadLetters) {
        private ErrorCount plus(ErrorCount other) {
            return new ErrorCount(jobs + other.jobs, deadLetters + other.deadLetters);
        }
    }

    /**
     * Counts errors by code, sorted by code. A filter by model or provider excludes dead letters.
     */
    public SortedMap<String, ErrorCount> errors(UsageFilter filter) throws DatabaseException {
        var counts = new TreeMap<String, ErrorCount>();
        Condition failed =
                filter.events("finished_at").and("error_code IS NOT NULL", Collections.emptyList());
        Condition letters = filter.countedDeadLetters();
        runner.run(
                Query.of(
                        "SELECT error_code, COUNT(*) FROM results WHERE "
                                + failed.sql()
                                + " GROUP BY 1",
                        failed.parameters()),
                row ->
                        counts.merge(
                                row.getString(1),
                                new ErrorCount(row.getLong(2), 0),
                                ErrorCount::plus));
        if (filter.model().isEmpty() && filter.provider().isEmpty()) {
            runner.run(
                    Query.of(
                            "SELECT reason, COUNT(*) FROM dead_letters WHERE "
                                    + letters.sql()
                                    + " GROUP BY 1",
                            letters.parameters()),
                    row ->
                            counts.merge(
                                    row.getString(1),
                                    new ErrorCount(0, row.getLong(2)),
                                    ErrorCount::plus));
        }
        return counts;
    }

    /**
     * Returns the durations of the last call of each matching job with a call, by the rollups.
     * Their percentiles have the precision of {@link BucketPercentiles}; the rest is exact.
     */
    public Percentiles estimatedLatency(UsageFilter filter) throws DatabaseException {
        TimeCover cover = TimeCover.of(filter.from(), filter.to(), RollupPeriod.DAY);
        var sums = new RollupSums();
        new RollupReader(runner)
                .sums(cover.ranges(), filter, List.of())
                .values()
                .forEach(sums::add);
        for (TimeCover.Span span : cover.rest()) {
            addEvents(filter.within(span), sums);
        }
        return BucketPercentiles.of(sums);
    }

    private void addEvents(UsageFilter filter, RollupSums sums) throws DatabaseException {
        Condition called = filter.events("recorded_at").and("is_final AND attempts > 0", List.of());
        runner.run(
                Query.of(
                        "SELECT upstream_ms, COUNT(*) FROM costs WHERE "
                                + called.sql()
                                + " GROUP BY 1",
                        called.parameters()),
                row -> {
                    long millis = row.getLong(1);
                    long times = row.getLong(2);
                    sums.addCalls(millis, times);
                    sums.addCount(RollupCounter.CALLED_REQUESTS, times);
                    sums.addCount(RollupCounter.UPSTREAM_MS, millis * times);
                });
    }

    /** Returns the exact durations of the last call of each matching job with a call. */
    public Percentiles latency(UsageFilter filter) throws DatabaseException {
        Condition called =
                filter.events("finished_at").and("attempts > 0", Collections.emptyList());
        String from = " FROM results WHERE " + called.sql();
        long total = runner.number(Query.of("SELECT COUNT(*)" + from, called.parameters()));
        var counter = new PercentileCounter(total);
        runner.run(
                Query.of(
                        "SELECT upstream_ms, COUNT(*)" + from + " GROUP BY 1 ORDER BY 1",
                        called.parameters()),
                row -> counter.onDuration(row.getLong(1), row.getLong(2)));
        return counter.percentiles();
    }
}
