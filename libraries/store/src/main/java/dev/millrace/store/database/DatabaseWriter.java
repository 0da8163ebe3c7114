package dev.millrace.store.database;

import dev.millrace.store.row.Erasures;
import dev.millrace.store.row.OffsetChange;
import dev.millrace.store.row.PartitionId;
import dev.millrace.store.row.Row;
import dev.millrace.store.row.StoreTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes rows and offset changes to the database, each {@link StoreTransaction} in one database
 * transaction. Used by one thread. Reconnects after a failure.
 */
public final class DatabaseWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseWriter.class);

    private final Database database;
    private final InstantSource clock;
    private @Nullable Session session;

    /** True if the outcome of the last commit is unknown. */
    private boolean commitOutcomeUnknown;

    /** The rows of the last transaction, as written. */
    private List<Row> written = List.of();

    /** Creates a writer, which connects on first use. */
    public DatabaseWriter(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Returns the stored offsets of the partitions that the database knows. */
    public Map<PartitionId, Long> offsets(Collection<PartitionId> partitions)
            throws DatabaseException {
        try {
            Session current = session();
            database.dialect().begin(current.connection);
            Map<PartitionId, Long> offsets = current.offsets.read(partitions);
            database.dialect().rollback(current.connection);
            return offsets;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** Adds partitions with their initial offsets. */
    public void add(Map<PartitionId, Long> offsets) throws DatabaseException {
        try {
            Session current = session();
            database.dialect().begin(current.connection);
            current.offsets.add(offsets, clock.instant());
            database.dialect().commit(current.connection);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /**
     * Stores all of a transaction, or nothing. A single row that the database rejects is stored in
     * the table of unreadable records instead, with its bytes.
     */
    public WriteOutcome store(StoreTransaction transaction) {
        try {
            return commitOutcomeUnknown && isStored(transaction)
                    ? new WriteOutcome.Done(written)
                    : attempt(transaction);
        } catch (DatabaseException e) {
            return new WriteOutcome.Failed(e);
        } catch (SQLException e) {
            return new WriteOutcome.Failed(failure(e));
        }
    }

    private WriteOutcome attempt(StoreTransaction transaction)
            throws SQLException, DatabaseException {
        try {
            return attempt(transaction, Session::writeAll);
        } catch (SQLException e) {
            if (database.dialect().kindOf(e) != FailureKind.ROW_REJECTED) {
                throw e;
            }
            close();
            return attempt(
                    transaction,
                    (current, rows) ->
                            current.rejected.write(rows, () -> beginAgain(current, transaction)));
        }
    }

    private WriteOutcome attempt(StoreTransaction transaction, RowWriting writing)
            throws SQLException, DatabaseException {
        Session current = session();
        Optional<OffsetChange> mismatch = begin(current, transaction);
        if (mismatch.isPresent()) {
            database.dialect().rollback(current.connection);
            return stale(mismatch.get());
        }
        Erasures erasures = current.tables.erasures(clock.instant());
        written = writing.write(current, erasures.keep(transaction.rows()));
        commitOutcomeUnknown = true;
        database.dialect().commit(current.connection);
        commitOutcomeUnknown = false;
        return new WriteOutcome.Done(written);
    }

    /**
     * Begins a transaction. Returns the first offset change whose start differs from the stored
     * offset, if any.
     */
    private Optional<OffsetChange> begin(Session current, StoreTransaction transaction)
            throws SQLException {
        database.dialect().begin(current.connection);
        return current.offsets.apply(transaction.offsetChanges(), clock.instant());
    }

    private void beginAgain(Session current, StoreTransaction transaction) throws SQLException {
        if (begin(current, transaction).isPresent()) {
            throw new SQLException("another sink has written in the meantime");
        }
    }

    /**
     * Returns true if all offsets have the values that the transaction sets. Called after a commit
     * whose response was lost.
     */
    private boolean isStored(StoreTransaction transaction) throws DatabaseException {
        Map<PartitionId, Long> offsets =
                offsets(transaction.offsetChanges().stream().map(OffsetChange::partition).toList());
        commitOutcomeUnknown = false;
        return transaction.offsetChanges().stream()
                .allMatch(change -> offsets.getOrDefault(change.partition(), -1L) == change.to());
    }

    private WriteOutcome stale(OffsetChange change) throws DatabaseException {
        Long found = offsets(List.of(change.partition())).get(change.partition());
        return new WriteOutcome.Stale(
                "another sink writes to "
                        + database.name()
                        + ": "
                        + change.partition()
                        + " is at "
                        + (found == null ? "no offset" : "offset " + found)
                        + ", but "
                        + change.from()
                        + " was expected");
    }

    /** A change of the database outside of the sink's own transactions. */
    public interface Change<T> {
        T apply(Connection connection, Dialect dialect) throws SQLException;
    }

    /**
     * Applies a change in one transaction. After a failure, it is unknown whether the change was
     * applied.
     */
    public <T> T change(Change<T> change) throws DatabaseException {
        try {
            Session current = session();
            database.dialect().begin(current.connection);
            T result = change.apply(current.connection, database.dialect());
            database.dialect().commit(current.connection);
            return result;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private Session session() throws DatabaseException {
        Session current = session;
        if (current == null) {
            current = Session.on(database);
            session = current;
        }
        return current;
    }

    private DatabaseException failure(SQLException e) {
        close();
        return database.explain(e);
    }

    /**
     * Closes the connection, discarding uncommitted changes. The writer can be used again
     * afterwards.
     */
    @Override
    public void close() {
        if (session != null) {
            session.close();
            session = null;
        }
    }

    /** Writes rows in the current transaction and returns them as written. */
    private interface RowWriting {
        List<Row> write(Session session, List<Row> rows) throws SQLException;
    }

    /** A connection with its prepared statements. */
    private record Session(
            Connection connection, OffsetTable offsets, RowTables tables, RejectedRows rejected) {
        static Session on(Database database) throws DatabaseException {
            Connection connection = database.openWriter();
            try {
                var tables = new RowTables(connection, database.dialect());
                return new Session(
                        connection,
                        new OffsetTable(connection, database.dialect()),
                        tables,
                        new RejectedRows(connection, database.dialect(), tables));
            } catch (SQLException e) {
                closeQuietly(connection);
                throw database.explain(e);
            }
        }

        List<Row> writeAll(List<Row> rows) throws SQLException {
            tables.write(rows);
            return rows;
        }

        void close() {
            closeQuietly(connection);
        }

        /**
         * Closes the connection, its statements and its transaction. A failure to close is
         * harmless.
         */
        private static void closeQuietly(Connection connection) {
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.debug("closed a broken connection", e);
            }
        }
    }
}
