package dev.millrace.gateway.figures;

import static java.util.stream.Collectors.joining;

import dev.millrace.results.query.Condition;
import dev.millrace.results.query.Query;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.rollup.DurationBuckets;
import dev.millrace.store.rollup.RollupCounter;
import dev.millrace.store.rollup.RollupPeriod;
import dev.millrace.store.rollup.RollupSums;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Adds up rollups in the database, exactly. */
final class RollupReader {
    private final QueryRunner runner;

    /** Creates a reader that does not close the runner. */
    public RollupReader(QueryRunner runner) {
        this.runner = runner;
    }

    /** A property by which rollups are added up. */
    public enum Property {
        TENANT,
        MODEL,
        PROVIDER,
        /** Policy, rule and version that routed the jobs. */
        ROUTED_BY,
        /** First model of the chain, which identifies the arm of a ramp. */
        ROUTED_TO,
        /** The day in UTC, such as 2026-11-20; for rollups of any period. */
        DAY,
        /** The hour in UTC, such as 2026-11-20T06:00:00Z; for rollups of an hour or less. */
        HOUR,
        /** The minute in UTC, such as 2026-11-20T06:05:00Z; for rollups of a minute. */
        MINUTE;

        private String column(QueryRunner runner) {
            return switch (this) {
                case TENANT, MODEL, PROVIDER, ROUTED_BY, ROUTED_TO ->
                        name().toLowerCase(Locale.ROOT);
                case DAY -> runner.dialect().periodOf("starts_at", RollupPeriod.DAY);
                case HOUR -> runner.dialect().periodOf("starts_at", RollupPeriod.HOUR);
                case MINUTE -> runner.dialect().periodOf("starts_at", RollupPeriod.MINUTE);
            };
        }
    }

    /**
     * The rollups of one period whose start is within a range of time.
     *
     * @param from first start; empty for no limit
     * @param to time after the last start; empty for no limit
     */
    public record Range(RollupPeriod period, Optional<Instant> from, Optional<Instant> to) {
        /** Returns the rollups of a period from a time on. */
        static Range since(RollupPeriod period, Instant from) {
            return new Range(period, Optional.of(from), Optional.empty());
        }
    }

    /**
     * Returns the sums over the rollups of some ranges.
     *
     * @param filter its tenant, model and provider: rollups do not name batches
     * @param properties properties that distinguish the sums
     * @return sums by the values of the properties, in their order; an unknown value is an empty
     *     text
     */
    public SortedMap<List<String>, RollupSums> sums(
            Collection<Range> ranges, UsageFilter filter, List<Property> properties)
            throws DatabaseException {
        var sums = new TreeMap<List<String>, RollupSums>(RollupReader::compare);
        for (Range range : ranges) {
            runner.run(
                    query(range, filter, properties),
                    row ->
                            sums.computeIfAbsent(key(row, properties.size()), _ -> new RollupSums())
                                    .add(sums(row, properties.size())));
        }
        return sums;
    }

    private Query query(Range range, UsageFilter filter, List<Property> properties) {
        var condition =
                new Condition()
                        .and("period = ?", List.of(range.period.word()))
                        .and("starts_at >= ?", range.from)
                        .and("starts_at < ?", range.to)
                        .and("tenant = ?", filter.tenant())
                        .and("model = ?", filter.model())
                        .and("provider = ?", filter.provider());
        String groups =
                IntStream.rangeClosed(1, properties.size())
                        .mapToObj(String::valueOf)
                        .collect(joining(", "));
        return Query.of(
                "SELECT "
                        + properties.stream().map(it -> it.column(runner) + ", ").collect(joining())
                        + figures()
                        + " FROM rollups WHERE "
                        + condition.sql()
                        + (groups.isEmpty() ? "" : " GROUP BY " + groups),
                condition.parameters());
    }

    /** Returns the columns that {@link #sums(ResultSet, int)} reads. */
    private String figures() {
        var columns = new ArrayList<String>();
        RollupCounter.ALL.forEach(it -> columns.add("SUM(" + it.column() + ")"));
        IntStream.range(0, DurationBuckets.COUNT)
                .forEach(it -> columns.add("SUM(" + DurationBuckets.column(it) + ")"));
        columns.add("MAX(slowest_ms)");
        for (String money : List.of("billed_usd", "uncertain_usd", "saved_usd", "catalog_usd")) {
            columns.add(runner.dialect().moneyTotal(money));
        }
        return String.join(", ", columns);
    }

    private static RollupSums sums(ResultSet row, int keys) throws SQLException {
        var sums = new RollupSums();
        int column = keys;
        for (RollupCounter counter : RollupCounter.ALL) {
            sums.addCount(counter, row.getLong(++column));
        }
        for (int bucket = 0; bucket < DurationBuckets.COUNT; bucket++) {
            sums.addBucket(bucket, row.getLong(++column));
        }
        sums.addSlowest(row.getLong(++column));
        sums.addMoney(
                money(row.getString(++column)),
                money(row.getString(++column)),
                money(row.getString(++column)),
                money(row.getString(++column)));
        return sums;
    }

    /** Reads an amount; it is null if no rollup matches. */
    private static BigDecimal money(@Nullable String amount) {
        return amount == null ? BigDecimal.ZERO : new BigDecimal(amount);
    }

    private static List<String> key(ResultSet row, int columns) throws SQLException {
        var key = new ArrayList<String>();
        for (int i = 1; i <= columns; i++) {
            key.add(row.getString(i));
        }
        return key;
    }

    /** Compares keys of equal length. */
    private static int compare(List<String> one, List<String> other) {
        int order = 0;
        for (int i = 0; order == 0 && i < one.size(); i++) {
            order = one.get(i).compareTo(other.get(i));
        }
        return order;
    }
}
