package dev.millrace.bench.database;

import dev.millrace.sink.database.Database;
import dev.millrace.sink.database.DatabaseException;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The content of a database of the sink.
 *
 * @param results rows of results
 * @param events rows of cost events
 * @param unreadable rows of records that were not stored otherwise
 * @param resultsUsd exact sum of the results' costs, in US dollars
 * @param eventsUsd exact sum of the events' costs
 * @param rollupsUsd exact sum of the daily rollups' costs
 */
public record StoredSums(
        long results,
        long events,
        long unreadable,
        BigDecimal resultsUsd,
        BigDecimal eventsUsd,
        BigDecimal rollupsUsd) {
    private static final int FETCH_ROWS = 10_000;

    /**
     * Reads a database.
     *
     * @param jdbcUrl a database with the tables of the sink
     * @throws IOException when the database cannot be read
     */
    public static StoredSums of(String jdbcUrl) throws IOException {
        try (Connection connection = Database.of(jdbcUrl).openReader()) {
            return new StoredSums(
                    count(connection, "results"),
                    count(connection, "costs"),
                    count(connection, "unreadable"),
                    sum(connection, "cost_usd FROM results"),
                    sum(connection, "cost_usd FROM costs"),
                    sum(connection, "billed_usd FROM rollups WHERE period = 'day'")
                            .add(
                                    sum(
                                            connection,
                                            "uncertain_usd FROM rollups WHERE period = 'day'")));
        } catch (SQLException | DatabaseException e) {
            throw new IOException("cannot read the database: " + e.getMessage(), e);
        }
    }

    /**
     * Returns what differs from a backlog with one result and one cost event for each job.
     *
     * @param jobs number of jobs
     * @param usd exact cost of all jobs, in US dollars
     * @param hasRollups true if there must be rollups as well
     */
    public List<String> differencesFrom(long jobs, BigDecimal usd, boolean hasRollups) {
        var differences = new ArrayList<String>();
        if (results != jobs || events != jobs || unreadable != 0) {
            differences.add(
                    String.format(
                            Locale.ROOT,
                            "%,d results, %,d cost events and %,d unreadable records are stored,"
                                    + " but there are %,d jobs",
                            results,
                            events,
                            unreadable,
                            jobs));
        }
        addDifference(differences, "results", resultsUsd, usd);
        addDifference(differences, "cost events", eventsUsd, usd);
        addDifference(differences, "rollups", rollupsUsd, hasRollups ? usd : BigDecimal.ZERO);
        return differences;
    }

    private static void addDifference(
            List<String> differences, String rows, BigDecimal found, BigDecimal expected) {
        if (found.compareTo(expected) != 0) {
            differences.add(
                    "the %s cost %s USD, but the jobs cost %s USD"
                            .formatted(rows, found.toPlainString(), expected.toPlainString()));
        }
    }

    private static long count(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Adds here, because SQLite's own numbers are binary. */
    private static BigDecimal sum(Connection connection, String amounts) throws SQLException {
        BigDecimal sum = BigDecimal.ZERO;
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH_ROWS);
            try (ResultSet rows = statement.executeQuery("SELECT " + amounts)) {
                while (rows.next()) {
                    sum = sum.add(new BigDecimal(rows.getString(1)));
                }
            }
        }
        return sum;
    }
}
