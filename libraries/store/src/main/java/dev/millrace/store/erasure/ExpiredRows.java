package dev.millrace.store.erasure;

import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.database.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Deletes rows that are older than the retention. Rollups of hours and days stay. */
public final class ExpiredRows {
    /** Rows of each table per transaction, so that a step takes milliseconds. */
    private static final int MAX_ROWS = 500;

    private static final List<BoundedDelete> DELETES =
            List.of(
                    BoundedDelete.EXPIRED_RESULTS,
                    BoundedDelete.EXPIRED_COSTS,
                    BoundedDelete.EXPIRED_LETTERS,
                    BoundedDelete.EXPIRED_UNREADABLE,
                    BoundedDelete.EXPIRED_MANIFESTS,
                    BoundedDelete.EXPIRED_MINUTES);

    private static final List<BoundedDelete> WEBHOOK_DELETES =
            List.of(BoundedDelete.EXPIRED_EVENTS, BoundedDelete.EXPIRED_DELIVERIES);

    /** The attempts of a delivery take up to 26 hours. */
    private static final Duration MIN_WEBHOOK_RETENTION = Duration.ofDays(2);

    private final DatabaseWriter writer;
    private final Duration retention;
    private final InstantSource clock;

    public ExpiredRows(DatabaseWriter writer, Duration retention, InstantSource clock) {
        this.writer = writer;
        this.retention = retention;
        this.clock = clock;
    }

    /**
     * Deletes some rows in one transaction.
     *
     * @return true if more rows are possibly left
     */
    public boolean deleteSome() throws DatabaseException {
        // A full minute, so that no event of a deleted minute is stored later.
        Instant now = clock.instant();
        Instant before = now.minus(retention).truncatedTo(ChronoUnit.MINUTES);
        Instant webhooksBefore = now.minus(MIN_WEBHOOK_RETENTION);
        return writer.change(
                (connection, dialect) ->
                        deleteSome(
                                before,
                                before.isBefore(webhooksBefore) ? before : webhooksBefore,
                                connection,
                                dialect));
    }

    private static boolean deleteSome(
            Instant before, Instant webhooksBefore, Connection connection, Dialect dialect)
            throws SQLException {
        // Otherwise, a sink that does not see the new floor yet could restore an event that is
        // deleted here.
        dialect.lockForErasure(connection);
        raiseFloor(before, connection, dialect);
        boolean isFull = false;
        for (BoundedDelete delete : DELETES) {
            isFull |= delete.before(before, MAX_ROWS, connection, dialect) == MAX_ROWS;
        }
        for (BoundedDelete delete : WEBHOOK_DELETES) {
            isFull |= delete.before(webhooksBefore, MAX_ROWS, connection, dialect) == MAX_ROWS;
        }
        return isFull;
    }

    /** Makes writers ignore older records, which would otherwise be counted in rollups again. */
    private static void raiseFloor(Instant before, Connection connection, Dialect dialect)
            throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement(
                        "UPDATE retention SET deleted_before = ? WHERE deleted_before < ?")) {
            dialect.bindInstant(update, 1, before);
            dialect.bindInstant(update, 2, before);
            update.executeUpdate();
        }
    }
}
