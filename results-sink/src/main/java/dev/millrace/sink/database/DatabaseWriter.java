package dev.millrace.sink.database;

import dev.millrace.sink.row.Move;
import dev.millrace.sink.row.Partition;
import dev.millrace.sink.row.Row;
import dev.millrace.sink.row.Turn;
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
 * Stores turns, each in one transaction with the offsets they came from. Owned by one thread. After
 * a failure it opens a new connection by itself.
 */
public final class DatabaseWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseWriter.class);

    private final Database database;
    private final InstantSource clock;
    private @Nullable Session session;

    /** Whether a commit failed in a way that leaves open whether it happened. */
    private boolean doubtful;

    /** The rows of the last transaction that was to be committed. */
    private List<Row> written = List.of();

    /** Opens nothing yet. */
    public DatabaseWriter(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Where the partitions that the database knows go on. */
    public Map<Partition, Long> offsets(Collection<Partition> partitions) throws DatabaseException {
        try {
            Session open = session();
            database.dialect().begin(open.connection);
            Map<Partition, Long> offsets = open.offsets.read(partitions);
            database.dialect().rollback(open.connection);
            return offsets;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** Makes partitions known, with the offset that each begins at. */
    public void add(Map<Partition, Long> offsets) throws DatabaseException {
        try {
            Session open = session();
            database.dialect().begin(open.connection);
            open.offsets.add(offsets, clock.instant());
            database.dialect().commit(open.connection);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /**
     * Stores a turn: all of it, or nothing. A row that the database refuses by itself is stored in
     * the table of unreadable records instead, with its bytes.
     */
    public Stored store(Turn turn) {
        try {
            return doubtful && isStored(turn) ? new Stored.Done(written) : attempt(turn);
        } catch (DatabaseException e) {
            return new Stored.Failed(e);
        } catch (SQLException e) {
            return new Stored.Failed(failure(e));
        }
    }

    private Stored attempt(Turn turn) throws SQLException, DatabaseException {
        try {
            return attempt(turn, Session::writeAll);
        } catch (SQLException e) {
            if (database.dialect().kindOf(e) != FailureKind.ROW_REFUSED) {
                throw e;
            }
            close();
            return attempt(turn, Session::writeAllButRefused);
        }
    }

    private Stored attempt(Turn turn, RowWriting writing) throws SQLException, DatabaseException {
        Session open = session();
        database.dialect().begin(open.connection);
        Optional<Move> misfit = open.offsets.move(turn.moves(), clock.instant());
        if (misfit.isPresent()) {
            database.dialect().rollback(open.connection);
            return stale(misfit.get());
        }
        written = writing.write(open, turn.rows());
        doubtful = true;
        database.dialect().commit(open.connection);
        doubtful = false;
        return new Stored.Done(written);
    }

    /** After a commit whose answer was lost: all offsets stand where this turn would set them. */
    private boolean isStored(Turn turn) throws DatabaseException {
        Map<Partition, Long> offsets = offsets(turn.moves().stream().map(Move::partition).toList());
        doubtful = false;
        return turn.moves().stream()
                .allMatch(move -> offsets.getOrDefault(move.partition(), -1L) == move.to());
    }

    private Stored stale(Move move) throws DatabaseException {
        Long found = offsets(List.of(move.partition())).get(move.partition());
        return new Stored.Stale(
                "another sink writes into "
                        + database.name()
                        + ": "
                        + move.partition()
                        + " stands at "
                        + (found == null ? "no offset" : "offset " + found)
                        + " where "
                        + move.from()
                        + " was expected");
    }

    private Session session() throws DatabaseException {
        Session open = session;
        if (open == null) {
            open = Session.on(database);
            session = open;
        }
        return open;
    }

    private DatabaseException failure(SQLException e) {
        close();
        return database.explain(e);
    }

    /** Gives up what is not committed. May be used again afterwards. */
    @Override
    public void close() {
        if (session != null) {
            session.close();
            session = null;
        }
    }

    /** Writes rows in the current transaction and returns them as they were written. */
    private interface RowWriting {
        List<Row> write(Session session, List<Row> rows) throws SQLException;
    }

    /** A connection with its prepared statements. */
    private record Session(
            Connection connection, OffsetTable offsets, RowTables tables, RefusedRows refused) {
        static Session on(Database database) throws DatabaseException {
            Connection connection = database.openWriter();
            try {
                var tables = new RowTables(connection, database.dialect());
                return new Session(
                        connection,
                        new OffsetTable(connection, database.dialect()),
                        tables,
                        new RefusedRows(connection, database.dialect(), tables));
            } catch (SQLException e) {
                closeQuietly(connection);
                throw database.explain(e);
            }
        }

        List<Row> writeAll(List<Row> rows) throws SQLException {
            tables.write(rows);
            return rows;
        }

        List<Row> writeAllButRefused(List<Row> rows) throws SQLException {
            return refused.writeAround(rows);
        }

        void close() {
            closeQuietly(connection);
        }

        /** Its statements and transaction end with it; how it ends changes nothing. */
        private static void closeQuietly(Connection connection) {
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.debug("closed a broken connection", e);
            }
        }
    }
}
