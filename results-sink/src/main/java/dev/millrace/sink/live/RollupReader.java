package dev.millrace.sink.live;

import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.query.Query;
import dev.millrace.sink.query.QueryRunner;
import dev.millrace.sink.rollup.RollupPeriod;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Adds up rollups. Adds up money in Java, because SQLite adds numbers in binary floating point. */
public final class RollupReader {
    private static final int KEY_COLUMN = 10;

    private final QueryRunner runner;

    /** Creates a reader that does not close the runner. */
    public RollupReader(QueryRunner runner) {
        this.runner = runner;
    }

    /** A property by which rollups are added up. The name in lower case is its column. */
    public enum Property {
        STARTS_AT,
        TENANT,
        MODEL,
        ROUTED_BY,
        ROUTED_TO;

        /** Returns the column, which is also the name in questions and answers. */
        public String column() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Returns the sums over all rollups of a period.
     *
     * @param from start of the first period
     * @param tenant the only tenant; empty for all
     * @param properties properties that distinguish the sums
     * @return sums by the values of the properties, in their order. A value is an RFC 3339 time for
     *     {@link Property#STARTS_AT}, otherwise text, which is empty if it is unknown
     */
    public SortedMap<List<String>, RollupFigures> sums(
            RollupPeriod period, Instant from, Optional<String> tenant, List<Property> properties)
            throws DatabaseException {
        String columns =
                properties.stream().map(it -> ", " + it.column()).collect(Collectors.joining());
        String sql =
                "SELECT requests, failures, uncertain_events, cache_hits, collapsed,"
                        + " called_requests, upstream_ms, cost_usd, saved_usd"
                        + columns
                        + " FROM rollups WHERE period = ? AND starts_at >= ?"
                        + (tenant.isPresent() ? " AND tenant = ?" : "");
        var parameters = new ArrayList<Object>(List.of(period.word(), from));
        tenant.ifPresent(parameters::add);
        var sums = new TreeMap<List<String>, RollupFigures>(RollupReader::compare);
        try {
            runner.run(
                    Query.of(sql, parameters.toArray()),
                    row -> sums.merge(key(row, properties), figures(row), RollupFigures::plus));
        } catch (SQLException e) {
            throw runner.explain(e);
        }
        return sums;
    }

    private static RollupFigures figures(ResultSet row) throws SQLException {
        return new RollupFigures(
                row.getLong(1),
                row.getLong(2),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7),
                new BigDecimal(row.getString(8)),
                new BigDecimal(row.getString(9)));
    }

    private List<String> key(ResultSet row, List<Property> properties) throws SQLException {
        var key = new ArrayList<String>();
        int column = KEY_COLUMN;
        for (Property property : properties) {
            key.add(
                    property == Property.STARTS_AT
                            ? runner.dialect().instant(row, column).toString()
                            : row.getString(column));
            column++;
        }
        return key;
    }

    /** Compares keys of the same length. */
    private static int compare(List<String> one, List<String> other) {
        int order = 0;
        for (int i = 0; order == 0 && i < one.size(); i++) {
            order = one.get(i).compareTo(other.get(i));
        }
        return order;
    }
}
