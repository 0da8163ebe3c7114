package dev.millrace.results.query;

import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.database.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs queries on one read-only connection at a time, concurrently with a writer. Used by one
 * thread.
 */
public final class QueryRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QueryRunner.class);

    /**
     * Interval of repeated cancellations, because a cancellation can arrive before the database
     * begins the statement.
     */
    private static final long CANCEL_AGAIN_MILLIS = 50;

    private final Database database;
    private Connection connection;
    private final @Nullable TimeLimit limit;

    private QueryRunner(Database database, @Nullable TimeLimit limit) throws DatabaseException {
        this.database = database;
        this.connection = database.openReader();
        this.limit = limit;
    }

    /**
     * The longest duration of a query, with its rows. A query that takes longer fails as {@link
     * dev.millrace.store.database.FailureKind#TIMED_OUT}.
     *
     * @param timer cancels queries
     */
    public record TimeLimit(ScheduledExecutorService timer, Duration duration) {
        private Future<?> cancelLater(Statement statement) {
            return timer.scheduleWithFixedDelay(
                    () -> cancel(statement),
                    duration.toMillis(),
                    CANCEL_AGAIN_MILLIS,
                    TimeUnit.MILLISECONDS);
        }

        private static void cancel(Statement statement) {
            try {
                statement.cancel();
            } catch (SQLException e) {
                LOG.debug("a query ended before its cancellation", e);
            }
        }
    }

    /**
     * Opens a connection without a time limit.
     *
     * @throws DatabaseException if the database does not exist or has an earlier version
     * @throws IllegalArgumentException if the URL is for another kind of database
     */
    public static QueryRunner open(String jdbcUrl) throws DatabaseException {
        return new QueryRunner(Database.of(jdbcUrl), null);
    }

    /**
     * Opens a connection whose queries have a time limit.
     *
     * @throws DatabaseException if the database does not exist or has an earlier version
     * @throws IllegalArgumentException if the URL is for another kind of database
     */
    public static QueryRunner open(String jdbcUrl, TimeLimit limit) throws DatabaseException {
        return new QueryRunner(Database.of(jdbcUrl), limit);
    }

    /**
     * Replaces a possibly broken connection.
     *
     * @throws DatabaseException if the database is not available; this method can be called again
     */
    public void reconnect() throws DatabaseException {
        close();
        connection = database.openReader();
    }

    /** Returns the differences of this database. */
    public Dialect dialect() {
        return database.dialect();
    }

    /**
     * Runs a query and passes each row to the receiver.
     *
     * @throws DatabaseException with a one-line description and the kind of the failure
     */
    public void run(Query query, Query.EachRow each) throws DatabaseException {
        try {
            execute(query, each);
        } catch (SQLException e) {
            throw database.explain(e);
        }
    }

    /** Returns the values of all rows, in their order. */
    public <T> List<T> list(Query query, Query.RowReader<T> reader) throws DatabaseException {
        var values = new ArrayList<T>();
        run(query, row -> values.add(reader.read(row)));
        return values;
    }

    /** Returns the value of the first row; empty without rows. */
    public <T> Optional<T> first(Query query, Query.RowReader<T> reader) throws DatabaseException {
        return list(query, reader).stream().findFirst();
    }

    /** Returns the number in the only column of the only row. */
    public long number(Query query) throws DatabaseException {
        return list(query, row -> row.getLong(1)).getFirst();
    }

    /** Returns true if there is a row. */
    public boolean hasRow(Query query) throws DatabaseException {
        return first(query, _ -> true).isPresent();
    }

    private void execute(Query query, Query.EachRow each) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query.sql())) {
            statement.setFetchSize(query.fetchRows());
            bind(query, statement);
            Future<?> cancellation = limit == null ? null : limit.cancelLater(statement);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    each.row(rows);
                }
            } finally {
                if (cancellation != null) {
                    cancellation.cancel(false);
                }
            }
        } finally {
            // PostgreSQL streams rows only within a transaction, which must not stay open.
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
        }
    }

    private void bind(Query query, PreparedStatement statement) throws SQLException {
        int index = 1;
        for (Object parameter : query.parameters()) {
            if (parameter instanceof Instant instant) {
                database.dialect().bindInstant(statement, index, instant);
            } else {
                statement.setObject(index, parameter);
            }
            index++;
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("closed a broken connection", e);
        }
    }
}
