package dev.millrace.webhooks.outbox;

import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.database.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;

/** Records events with their deliveries. Used by one thread. Reconnects after a failure. */
public final class Outbox implements AutoCloseable {
    private final DatabaseWriter writer;
    private final InstantSource clock;

    /** Creates an outbox, which connects on first use. */
    public Outbox(String jdbcUrl, InstantSource clock) {
        this.writer = new DatabaseWriter(Database.of(jdbcUrl), clock);
        this.clock = clock;
    }

    /**
     * Adds the receivers that are not in the database.
     *
     * @param since time from which the receivers get events
     */
    public void register(Collection<Receiver> receivers, Instant since) throws DatabaseException {
        var _ =
                writer.change(
                        (connection, dialect) -> register(receivers, since, connection, dialect));
    }

    private static int register(
            Collection<Receiver> receivers, Instant since, Connection connection, Dialect dialect)
            throws SQLException {
        int added = 0;
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO webhook_endpoints (endpoint, origin, added_at)"
                                + " VALUES (?, ?, ?) ON CONFLICT (endpoint) DO NOTHING")) {
            for (Receiver receiver : receivers) {
                insert.setString(1, receiver.id());
                insert.setString(2, receiver.webhook().origin());
                dialect.bindInstant(insert, 3, since);
                added += insert.executeUpdate();
            }
        }
        return added;
    }

    /**
     * Records events, with a delivery to each subscribed receiver added before the event. An event
     * with a known key is only marked as still in effect, so that the retention keeps its key.
     *
     * @return number of new events
     */
    public int record(Collection<Event> events, Collection<Receiver> receivers)
            throws DatabaseException {
        Instant now = clock.instant();
        return writer.change(
                (connection, dialect) -> {
                    int recorded = 0;
                    for (Event event : events) {
                        recorded += record(event, receivers, now, connection, dialect) ? 1 : 0;
                    }
                    return recorded;
                });
    }

    private static boolean record(
            Event event,
            Collection<Receiver> receivers,
            Instant now,
            Connection connection,
            Dialect dialect)
            throws SQLException {
        boolean isNew = addKey(event.key(), event, true, now, connection, dialect);
        for (String key : event.includes()) {
            var _ = addKey(key, event, false, now, connection, dialect);
        }
        if (isNew) {
            for (Receiver receiver : receivers) {
                if (receiver.webhook().events().contains(event.type())) {
                    addDelivery(event, receiver, connection, dialect);
                }
            }
        }
        return isNew;
    }

    private static boolean addKey(
            String key,
            Event event,
            boolean hasPayload,
            Instant now,
            Connection connection,
            Dialect dialect)
            throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement(
                        "UPDATE webhook_events SET found_at = ? WHERE event_key = ?")) {
            dialect.bindInstant(update, 1, now);
            update.setString(2, key);
            if (update.executeUpdate() > 0) {
                return false;
            }
        }
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO webhook_events"
                                + " (event_key, event_id, type, occurred_at, found_at, payload)"
                                + " VALUES (?, ?, ?, ?, ?, ?)"
                                + " ON CONFLICT (event_key) DO NOTHING")) {
            insert.setString(1, key);
            insert.setString(2, hasPayload ? event.id() : null);
            insert.setString(3, event.type().toString());
            dialect.bindInstant(insert, 4, event.occurredAt());
            dialect.bindInstant(insert, 5, now);
            insert.setBytes(6, hasPayload ? event.payload() : null);
            return insert.executeUpdate() > 0;
        }
    }

    private static void addDelivery(
            Event event, Receiver receiver, Connection connection, Dialect dialect)
            throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO webhook_deliveries"
                                + " (event_id, endpoint, state, attempts, created_at, next_attempt_at)"
                                + " SELECT events.event_id, endpoints.endpoint, 'waiting', 0,"
                                + " events.found_at, events.found_at FROM webhook_events events,"
                                + " webhook_endpoints endpoints WHERE events.event_id = ?"
                                + " AND endpoints.endpoint = ? AND endpoints.added_at <= ?"
                                + " ON CONFLICT (event_id, endpoint) DO NOTHING")) {
            insert.setString(1, event.id());
            insert.setString(2, receiver.id());
            dialect.bindInstant(insert, 3, event.occurredAt());
            insert.executeUpdate();
        }
    }

    @Override
    public void close() {
        writer.close();
    }
}
