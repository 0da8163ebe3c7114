package dev.millrace.gateway.figures;

import static java.util.stream.Collectors.joining;

import dev.millrace.contracts.result.CostKind;
import dev.millrace.gateway.figures.RollupReader.Property;
import dev.millrace.results.query.Condition;
import dev.millrace.results.query.Query;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.rollup.RollupCounter;
import dev.millrace.store.rollup.RollupPeriod;
import dev.millrace.store.rollup.RollupSums;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Adds up costs. Adds up money in Java, because SQLite adds numbers in binary floating point. The
 * database returns equal amounts as one row with their count.
 */
public final class CostReader {
    private static final Comparator<List<@Nullable String>> BY_KEY = CostReader::compareKeys;

    /** Number of the first figures, which are equal within a group of rows. */
    private static final int GROUPED_FIGURES = 4;

    private static final String FIGURES =
            "kind, cost_usd, saved_usd, COALESCE(catalog_usd, cost_usd), COUNT(*),"
                    + " SUM(CASE WHEN is_final THEN 1 ELSE 0 END),"
                    + " SUM(CASE WHEN is_final AND error_code IS NOT NULL THEN 1 ELSE 0 END),"
                    + " SUM(input_tokens), SUM(cached_input_tokens), SUM(cache_write_tokens),"
                    + " SUM(cache_write_1h_tokens), SUM(output_tokens), SUM(reasoning_tokens),"
                    + " SUM(CASE WHEN spilled THEN 1 ELSE 0 END)";

    /** Number of the first sum among the figures. */
    private static final int FIRST_SUM = 6;

    /** The sums among the figures, in their order. */
    private static final List<RollupCounter> SUMMED =
            List.of(
                    RollupCounter.REQUESTS,
                    RollupCounter.FAILURES,
                    RollupCounter.INPUT_TOKENS,
                    RollupCounter.CACHED_INPUT_TOKENS,
                    RollupCounter.CACHE_WRITE_TOKENS,
                    RollupCounter.CACHE_WRITE_1H_TOKENS,
                    RollupCounter.OUTPUT_TOKENS,
                    RollupCounter.REASONING_TOKENS,
                    RollupCounter.SPILLED);

    private final QueryRunner runner;

    /** Creates a reader that does not close the runner. */
    public CostReader(QueryRunner runner) {
        this.runner = runner;
    }

    /**
     * Returns the costs of each group, sorted by their keys. Keys without a value come first. Adds
     * up rollups. Reads events instead for questions about batches, which rollups do not name, and
     * for parts of minutes.
     */
    public List<CostGroup> groups(UsageFilter filter, SequencedSet<CostDimension> dimensions)
            throws DatabaseException {
        Map<List<@Nullable String>, RollupSums> groups = new TreeMap<>(BY_KEY);
        if (filter.batch().isPresent() || dimensions.contains(CostDimension.BATCH)) {
            addEvents(filter, dimensions, groups);
        } else {
            addRollups(filter, dimensions, groups);
        }
        return groups.entrySet().stream()
                .map(group -> new CostGroup(group.getKey(), group.getValue()))
                .toList();
    }

    private void addRollups(
            UsageFilter filter,
            SequencedSet<CostDimension> dimensions,
            Map<List<@Nullable String>, RollupSums> groups)
            throws DatabaseException {
        TimeCover cover =
                TimeCover.of(
                        filter.from(),
                        filter.to(),
                        dimensions.contains(CostDimension.HOUR)
                                ? RollupPeriod.HOUR
                                : RollupPeriod.DAY);
        List<Property> properties =
                dimensions.stream().map(it -> it.property().orElseThrow()).toList();
        new RollupReader(runner)
                .sums(cover.ranges(), filter, properties)
                .forEach(
                        (key, sums) ->
                                groups.computeIfAbsent(withoutEmpty(key), _ -> new RollupSums())
                                        .add(sums));
        for (TimeCover.Span span : cover.rest()) {
            addEvents(filter.within(span), dimensions, groups);
        }
    }

    private void addEvents(
            UsageFilter filter,
            SequencedSet<CostDimension> dimensions,
            Map<List<@Nullable String>, RollupSums> groups)
            throws DatabaseException {
        Condition condition = filter.events("recorded_at");
        String columns =
                dimensions.stream()
                        .map(it -> it.column(runner.dialect()) + ", ")
                        .collect(joining());
        String sql =
                "SELECT %s%s FROM costs WHERE %s GROUP BY %s"
                        .formatted(
                                columns,
                                FIGURES,
                                condition.sql(),
                                firstColumns(dimensions.size() + GROUPED_FIGURES));
        runner.run(
                Query.of(sql, condition.parameters()),
                row ->
                        add(
                                row,
                                dimensions.size(),
                                groups.computeIfAbsent(
                                        key(row, dimensions.size()), _ -> new RollupSums())));
        if (CostDimension.compareArms(dimensions)) {
            addCalls(condition, columns, dimensions.size(), groups);
        }
    }

    /** Adds the durations of last calls. */
    private void addCalls(
            Condition condition,
            String columns,
            int keys,
            Map<List<@Nullable String>, RollupSums> groups)
            throws DatabaseException {
        Condition called = condition.and("is_final AND attempts > 0", List.of());
        String sql =
                "SELECT %supstream_ms, COUNT(*) FROM costs WHERE %s GROUP BY %s"
                        .formatted(columns, called.sql(), firstColumns(keys + 1));
        runner.run(
                Query.of(sql, called.parameters()),
                row ->
                        groups.computeIfAbsent(key(row, keys), _ -> new RollupSums())
                                .addCalls(row.getLong(keys + 1), row.getLong(keys + 2)));
    }

    /** Returns the key of a group for a rollup key, whose empty texts mean "none". */
    private static List<@Nullable String> withoutEmpty(List<String> key) {
        var found = new ArrayList<@Nullable String>();
        key.forEach(it -> found.add(it.isEmpty() ? null : it));
        return found;
    }

    /** Returns the numbers of the first columns, such as {@code 1, 2, 3}. */
    private static String firstColumns(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(String::valueOf).collect(joining(", "));
    }

    /** Returns the costs of all matching rows. */
    public CostGroup total(UsageFilter filter) throws DatabaseException {
        var groups = groups(filter, new LinkedHashSet<>());
        return groups.isEmpty() ? new CostGroup(List.of(), new RollupSums()) : groups.getFirst();
    }

    private static List<@Nullable String> key(ResultSet row, int columns) throws SQLException {
        var key = new ArrayList<@Nullable String>();
        for (int i = 1; i <= columns; i++) {
            key.add(row.getString(i));
        }
        return key;
    }

    /** Compares keys of equal length; a missing value comes first. */
    static int compareKeys(List<@Nullable String> one, List<@Nullable String> other) {
        int order = 0;
        for (int i = 0; order == 0 && i < one.size(); i++) {
            order = compare(one.get(i), other.get(i));
        }
        return order;
    }

    private static int compare(@Nullable String one, @Nullable String other) {
        if (one == null || other == null) {
            return Boolean.compare(one != null, other != null);
        }
        return one.compareTo(other);
    }

    /** Adds the figures that follow the given number of columns. */
    private static void add(ResultSet row, int columns, RollupSums sums) throws SQLException {
        CostKind kind = CostKind.of(row.getString(columns + 1)).orElseThrow();
        long count = row.getLong(columns + 5);
        BigDecimal amount = times(row.getString(columns + 2), count);
        boolean isUncertain = kind == CostKind.UNCERTAIN;
        sums.addMoney(
                isUncertain ? BigDecimal.ZERO : amount,
                isUncertain ? amount : BigDecimal.ZERO,
                times(row.getString(columns + 3), count),
                isUncertain ? BigDecimal.ZERO : times(row.getString(columns + 4), count));
        switch (kind) {
            case BILLED -> sums.addCount(RollupCounter.BILLED_EVENTS, count);
            case UNCERTAIN -> sums.addCount(RollupCounter.UNCERTAIN_EVENTS, count);
            case SAVED -> sums.addCount(RollupCounter.SAVED_EVENTS, count);
            case NONE -> {}
        }
        for (int i = 0; i < SUMMED.size(); i++) {
            sums.addCount(SUMMED.get(i), row.getLong(columns + FIRST_SUM + i));
        }
    }

    private static BigDecimal times(String amount, long count) {
        return new BigDecimal(amount).multiply(BigDecimal.valueOf(count));
    }
}
