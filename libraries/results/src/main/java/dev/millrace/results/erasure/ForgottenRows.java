package dev.millrace.results.erasure;

import dev.millrace.results.BatchEventKeys;
import dev.millrace.results.BatchKey;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.database.Dialect;
import dev.millrace.store.erasure.BoundedDelete;
import dev.millrace.store.row.Erasures.Subject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * Deletes the rows of a tenant or batch, whenever they were stored. Sinks that run during the
 * deletion store no records written before it. Repeating a deletion changes nothing.
 */
public final class ForgottenRows {
    /** Rows of each table per transaction, so that a sink waits for milliseconds only. */
    private static final int MAX_ROWS = 500;

    private final DatabaseWriter writer;
    private final List<String> names;
    private final List<BoundedDelete> deletes;

    /** The prefix of webhook event keys, once for each placeholder in their condition. */
    private final List<String> eventKeys;

    private final Subject subject;

    public ForgottenRows(DatabaseWriter writer, Subject subject) {
        this.writer = writer;
        this.subject = subject;
        boolean isTenant = subject.batch().isEmpty();
        String condition = isTenant ? "tenant = ?" : "tenant = ? AND batch = ?";
        this.names =
                isTenant ? List.of(subject.tenant()) : List.of(subject.tenant(), subject.batch());
        String prefix =
                isTenant
                        ? BatchEventKeys.prefix(subject.tenant())
                        : BatchEventKeys.prefix(new BatchKey(subject.tenant(), subject.batch()));
        this.eventKeys = List.of(prefix, prefix);
        this.deletes =
                List.of(
                        BoundedDelete.results(condition),
                        BoundedDelete.costs(condition),
                        BoundedDelete.letters(condition),
                        BoundedDelete.manifests(condition));
    }

    /** Returns the number of results, cost events, dead letters and manifests. */
    public long count() throws DatabaseException {
        return writer.change((connection, _) -> count(connection));
    }

    private long count(Connection connection) throws SQLException {
        long count = 0;
        for (BoundedDelete delete : deletes) {
            count += delete.count(names, connection);
        }
        return count;
    }

    /** Makes sinks ignore records of the tenant or batch up to the given time. */
    public void mark(Instant until) throws DatabaseException {
        var _ =
                writer.change(
                        (connection, dialect) -> {
                            dialect.lockForErasure(connection);
                            return mark(until, connection, dialect);
                        });
    }

    private int mark(Instant until, Connection connection, Dialect dialect) throws SQLException {
        try (PreparedStatement upsert =
                connection.prepareStatement(
                        "INSERT INTO forgotten (tenant, batch, forgotten_at) VALUES (?, ?, ?)"
                                + " ON CONFLICT (tenant, batch) DO UPDATE SET"
                                + " forgotten_at = excluded.forgotten_at")) {
            upsert.setString(1, subject.tenant());
            upsert.setString(2, subject.batch());
            dialect.bindInstant(upsert, 3, until);
            return upsert.executeUpdate();
        }
    }

    /**
     * Deletes some rows in one transaction. The last transaction also deletes the tenant's rollups,
     * so that they never count less than the stored events. It also deletes the webhook events of
     * completed batches, which would be reported again while their manifests are stored.
     *
     * @return number of deleted rows; 0 when no rows are left
     */
    public int deleteSome() throws DatabaseException {
        return writer.change(
                (connection, dialect) -> {
                    dialect.lockForErasure(connection);
                    return deleteSome(connection);
                });
    }

    private int deleteSome(Connection connection) throws SQLException {
        int deleted = 0;
        boolean isFull = false;
        for (BoundedDelete delete : deletes) {
            int rows = delete.matching(names, MAX_ROWS, connection);
            deleted += rows;
            isFull |= rows == MAX_ROWS;
        }
        if (!isFull) {
            deleted +=
                    BoundedDelete.DELIVERIES_BY_PREFIX.matching(
                            eventKeys, Integer.MAX_VALUE, connection);
            deleted +=
                    BoundedDelete.EVENTS_BY_PREFIX.matching(
                            eventKeys, Integer.MAX_VALUE, connection);
        }
        if (!isFull && subject.batch().isEmpty()) {
            deleted +=
                    BoundedDelete.rollups("tenant = ?")
                            .matching(names, Integer.MAX_VALUE, connection);
        }
        return deleted;
    }
}
