package dev.millrace.sink.store;

import dev.millrace.sink.query.Query;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Selects dead letters that have all given values.
 *
 * @param tenant null for any tenant
 * @param batch null for any batch
 * @param reason error code, such as {@code malformed_request}; null for any reason
 */
public record DeadLetterFilter(
        @Nullable String tenant, @Nullable String batch, @Nullable String reason) {

    /** Returns a query for the latest dead letters, newest first. */
    Query latest(int limit) {
        var conditions = new ArrayList<String>();
        var values = new ArrayList<Object>();
        add("tenant", tenant, conditions, values);
        add("batch", batch, conditions, values);
        add("reason", reason, conditions, values);
        return new Query(
                        "SELECT "
                                + RowMapper.LETTER
                                + " FROM dead_letters"
                                + (conditions.isEmpty() ? "" : " WHERE ")
                                + String.join(" AND ", conditions)
                                + " ORDER BY received_at DESC, kafka_partition DESC,"
                                + " kafka_offset DESC LIMIT "
                                + limit,
                        values,
                        1)
                .withValues();
    }

    private static void add(
            String column, @Nullable String value, List<String> conditions, List<Object> values) {
        if (value != null) {
            conditions.add(column + " = ?");
            values.add(value);
        }
    }
}
