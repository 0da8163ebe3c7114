package dev.millrace.webhooks.outbox;

import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.database.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Leases deliveries of the outbox to this process, and stores their outcomes. Used by one thread.
 * Reconnects after a failure.
 */
public final class DeliveryQueue implements AutoCloseable {
    /** States of deliveries that are sent once they are due, as an SQL list. */
    private static final String OPEN_STATES = "('waiting', 'sending')";

    private final DatabaseWriter writer;
    private final InstantSource clock;

    /** Creates a queue, which connects on first use. */
    public DeliveryQueue(String jdbcUrl, InstantSource clock) {
        this.writer = new DatabaseWriter(Database.of(jdbcUrl), clock);
        this.clock = clock;
    }

    /**
     * A delivery that this process may send until its lease ends.
     *
     * @param eventId value of the header {@code webhook-id}
     * @param receiver id of the receiver
     * @param type type of the event
     * @param attempt number of the attempt, from 1
     * @param payload body of the request
     */
    public record Delivery(
            String eventId, String receiver, String type, int attempt, byte[] payload) {}

    /**
     * The result of an attempt, as stored.
     *
     * @param state the new state of the delivery
     * @param statusCode status of the answer; empty without an answer
     * @param problem one line without secrets; empty after a success
     * @param at when the attempt ended
     * @param nextAttempt when the next attempt is due; the time of this one if there is none
     */
    public record AttemptResult(
            DeliveryState state,
            OptionalInt statusCode,
            Optional<String> problem,
            Instant at,
            Instant nextAttempt) {}

    /**
     * Leases the delivery to a receiver that is due first, if any.
     *
     * @param lease time after which another process may send it
     */
    public Optional<Delivery> claim(Receiver receiver, Duration lease) throws DatabaseException {
        Instant now = clock.instant();
        return writer.change(
                (connection, dialect) -> {
                    Optional<Delivery> due = findDue(receiver, now, connection, dialect);
                    return due.isPresent()
                                    && isLeased(
                                            due.get(), now.plus(lease), now, connection, dialect)
                            ? due
                            : Optional.empty();
                });
    }

    private static Optional<Delivery> findDue(
            Receiver receiver, Instant now, Connection connection, Dialect dialect)
            throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(
                        "SELECT d.event_id, e.type, d.attempts, e.payload FROM webhook_deliveries d"
                                + " JOIN webhook_events e ON e.event_id = d.event_id"
                                + " WHERE d.endpoint = ? AND d.state IN "
                                + OPEN_STATES
                                + " AND d.next_attempt_at <= ? ORDER BY d.next_attempt_at LIMIT 1")) {
            select.setString(1, receiver.id());
            dialect.bindInstant(select, 2, now);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next()
                        ? Optional.of(
                                new Delivery(
                                        rows.getString(1),
                                        receiver.id(),
                                        rows.getString(2),
                                        rows.getInt(3) + 1,
                                        rows.getBytes(4)))
                        : Optional.empty();
            }
        }
    }

    /** Leases the delivery unless another process was faster. */
    private static boolean isLeased(
            Delivery delivery, Instant end, Instant now, Connection connection, Dialect dialect)
            throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement(
                        "UPDATE webhook_deliveries SET state = 'sending', attempts = ?,"
                                + " next_attempt_at = ? WHERE event_id = ? AND endpoint = ?"
                                + " AND state IN "
                                + OPEN_STATES
                                + " AND attempts = ? AND next_attempt_at <= ?")) {
            update.setInt(1, delivery.attempt());
            dialect.bindInstant(update, 2, end);
            update.setString(3, delivery.eventId());
            update.setString(4, delivery.receiver());
            update.setInt(5, delivery.attempt() - 1);
            dialect.bindInstant(update, 6, now);
            return update.executeUpdate() > 0;
        }
    }

    /** Stores the result of an attempt, unless another process has leased the delivery since. */
    public void settle(Delivery delivery, AttemptResult result) throws DatabaseException {
        var _ =
                writer.change(
                        (connection, dialect) -> settle(delivery, result, connection, dialect));
    }

    private static int settle(
            Delivery delivery, AttemptResult result, Connection connection, Dialect dialect)
            throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement(
                        "UPDATE webhook_deliveries SET state = ?, status_code = ?, problem = ?,"
                                + " last_attempt_at = ?, next_attempt_at = ?"
                                + " WHERE event_id = ? AND endpoint = ? AND state = 'sending'"
                                + " AND attempts = ?")) {
            update.setString(1, result.state().word());
            if (result.statusCode().isPresent()) {
                update.setInt(2, result.statusCode().getAsInt());
            } else {
                update.setNull(2, Types.INTEGER);
            }
            update.setString(3, result.problem().orElse(null));
            dialect.bindInstant(update, 4, result.at());
            dialect.bindInstant(update, 5, result.nextAttempt());
            update.setString(6, delivery.eventId());
            update.setString(7, delivery.receiver());
            update.setInt(8, delivery.attempt());
            return update.executeUpdate();
        }
    }

    /**
     * Makes the deliveries of an event due now, with a full number of attempts. Skips deliveries
     * that are being sent.
     *
     * @return the origins of their receivers
     */
    public List<String> resend(String eventId) throws DatabaseException {
        Instant now = clock.instant();
        return writer.change((connection, dialect) -> resend(eventId, now, connection, dialect));
    }

    private static List<String> resend(
            String eventId, Instant now, Connection connection, Dialect dialect)
            throws SQLException {
        var origins = new ArrayList<String>();
        try (PreparedStatement select =
                        connection.prepareStatement(
                                "SELECT d.endpoint, n.origin FROM webhook_deliveries d"
                                        + " JOIN webhook_endpoints n ON n.endpoint = d.endpoint"
                                        + " WHERE d.event_id = ? ORDER BY n.origin, d.endpoint");
                PreparedStatement update =
                        connection.prepareStatement(
                                "UPDATE webhook_deliveries SET state = 'waiting', attempts = 0,"
                                        + " next_attempt_at = ? WHERE event_id = ?"
                                        + " AND endpoint = ? AND state <> 'sending'")) {
            select.setString(1, eventId);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    dialect.bindInstant(update, 1, now);
                    update.setString(2, eventId);
                    update.setString(3, rows.getString(1));
                    if (update.executeUpdate() > 0) {
                        origins.add(rows.getString(2));
                    }
                }
            }
        }
        return origins;
    }

    @Override
    public void close() {
        writer.close();
    }
}
