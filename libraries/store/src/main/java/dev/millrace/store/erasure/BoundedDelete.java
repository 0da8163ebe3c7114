package dev.millrace.store.erasure;

import dev.millrace.store.database.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * A statement that deletes a bounded number of rows of one table.
 *
 * @param key columns of the table's primary key
 * @param condition SQL condition
 */
public record BoundedDelete(String table, String key, String condition) {
    static final BoundedDelete EXPIRED_RESULTS = results("finished_at < ?");
    static final BoundedDelete EXPIRED_COSTS = costs("recorded_at < ?");
    static final BoundedDelete EXPIRED_LETTERS = letters("received_at < ?");
    static final BoundedDelete EXPIRED_UNREADABLE =
            new BoundedDelete(
                    "unreadable", "topic_id, kafka_partition, kafka_offset", "received_at < ?");

    static final BoundedDelete EXPIRED_MANIFESTS = manifests("recorded_at < ?");

    /** The condition names a period, so that the primary key finds the rows. */
    static final BoundedDelete EXPIRED_MINUTES = rollups("period = 'minute' AND starts_at < ?");

    static final BoundedDelete EXPIRED_EVENTS =
            new BoundedDelete("webhook_events", "event_key", "found_at < ?");

    static final BoundedDelete EXPIRED_DELIVERIES =
            new BoundedDelete("webhook_deliveries", "event_id, endpoint", "created_at < ?");

    /** Deletes the events whose keys begin with a text. The condition has this text twice. */
    public static final BoundedDelete EVENTS_BY_PREFIX =
            new BoundedDelete("webhook_events", "event_key", "substr(event_key, 1, length(?)) = ?");

    /** Deletes the deliveries of these events. */
    public static final BoundedDelete DELIVERIES_BY_PREFIX =
            new BoundedDelete(
                    "webhook_deliveries",
                    "event_id, endpoint",
                    "event_id IN (SELECT event_id FROM webhook_events WHERE "
                            + EVENTS_BY_PREFIX.condition
                            + ")");

    public static BoundedDelete results(String condition) {
        return new BoundedDelete("results", "job_id", condition);
    }

    public static BoundedDelete costs(String condition) {
        return new BoundedDelete("costs", "job_id, event_id, recorded_at", condition);
    }

    public static BoundedDelete letters(String condition) {
        return new BoundedDelete(
                "dead_letters", "topic_id, kafka_partition, kafka_offset", condition);
    }

    public static BoundedDelete manifests(String condition) {
        return new BoundedDelete("manifests", "tenant, batch, submission", condition);
    }

    public static BoundedDelete rollups(String condition) {
        return new BoundedDelete(
                "rollups",
                "period, starts_at, tenant, model, provider, routed_by, routed_to",
                condition);
    }

    /** Deletes rows before the given time, which is the condition's only parameter. */
    int before(Instant time, int limit, Connection connection, Dialect dialect)
            throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(sql())) {
            dialect.bindInstant(delete, 1, time);
            delete.setInt(2, limit);
            return delete.executeUpdate();
        }
    }

    /** Deletes rows that match the texts, the parameters of the condition. */
    public int matching(List<String> texts, int limit, Connection connection) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(sql())) {
            for (int i = 0; i < texts.size(); i++) {
                delete.setString(i + 1, texts.get(i));
            }
            delete.setInt(texts.size() + 1, limit);
            return delete.executeUpdate();
        }
    }

    /** Returns the number of rows that match the texts. */
    public long count(List<String> texts, Connection connection) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(
                        "SELECT COUNT(*) FROM " + table + " WHERE " + condition)) {
            for (int i = 0; i < texts.size(); i++) {
                select.setString(i + 1, texts.get(i));
            }
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    private String sql() {
        return "DELETE FROM %s WHERE (%s) IN (SELECT %s FROM %s WHERE %s LIMIT ?)"
                .formatted(table, key, key, table, condition);
    }
}
