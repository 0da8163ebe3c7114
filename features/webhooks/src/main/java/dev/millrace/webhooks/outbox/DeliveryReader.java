package dev.millrace.webhooks.outbox;

import dev.millrace.results.query.Query;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Lists deliveries. */
public final class DeliveryReader {
    private final QueryRunner runner;

    /** Creates a reader that does not close the runner. */
    public DeliveryReader(QueryRunner runner) {
        this.runner = runner;
    }

    /**
     * A delivery as stored.
     *
     * @param origin scheme, host and port of the receiver's URL
     * @param state spelling of a {@link DeliveryState}
     * @param nextAttempt when the next attempt is due; empty if there is none
     * @param lastAttempt when the last attempt ended; empty before the first
     * @param status status of the last answer; empty without an answer
     * @param problem why the last attempt failed; empty if it did not
     */
    public record DeliveryRow(
            String eventId,
            String type,
            Instant occurredAt,
            String origin,
            String state,
            int attempts,
            Optional<Instant> nextAttempt,
            Optional<Instant> lastAttempt,
            Optional<Integer> status,
            Optional<String> problem) {}

    /**
     * Returns the latest deliveries, newest first.
     *
     * @param onlyFailed true to return only deliveries that will not be retried
     */
    public List<DeliveryRow> latest(boolean onlyFailed, int limit) throws DatabaseException {
        return runner.list(
                Query.of(
                        "SELECT d.event_id, e.type, e.occurred_at, n.origin, d.state,"
                                + " d.attempts, d.next_attempt_at, d.last_attempt_at,"
                                + " d.status_code, d.problem FROM webhook_deliveries d"
                                + " JOIN webhook_events e ON e.event_id = d.event_id"
                                + " JOIN webhook_endpoints n ON n.endpoint = d.endpoint"
                                + (onlyFailed ? " WHERE d.state = 'failed'" : "")
                                + " ORDER BY d.created_at DESC, d.event_id, d.endpoint LIMIT "
                                + limit),
                this::delivery);
    }

    private DeliveryRow delivery(ResultSet row) throws SQLException {
        String state = row.getString(5);
        boolean isWaiting = state.equals(DeliveryState.WAITING.word());
        return new DeliveryRow(
                row.getString(1),
                row.getString(2),
                runner.dialect().instant(row, 3),
                row.getString(4),
                state,
                row.getInt(6),
                isWaiting ? Optional.of(runner.dialect().instant(row, 7)) : Optional.empty(),
                row.getString(8) == null
                        ? Optional.empty()
                        : Optional.of(runner.dialect().instant(row, 8)),
                row.getString(9) == null ? Optional.empty() : Optional.of(row.getInt(9)),
                Optional.ofNullable(row.getString(10)));
    }
}
