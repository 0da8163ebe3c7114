package dev.millrace.store.usage;

import dev.millrace.store.result.BatchKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A condition of a query with its parameters, built part by part. */
final class Condition {
    /** Comparison for a dead letter's tenant, with one parameter. */
    static final String TENANT_OR_DEFAULT =
            "COALESCE(tenant, '" + BatchKey.DEFAULT_TENANT + "') = ?";

    private final StringBuilder sql = new StringBuilder("1 = 1");
    private final List<Object> parameters = new ArrayList<>();

    /** Returns the condition for results or cost events, whose time is in the given column. */
    static Condition of(UsageFilter filter, String timeColumn) {
        return new Condition()
                .and("tenant = ?", filter.tenant())
                .and("batch = ?", filter.batch())
                .and("model = ?", filter.model())
                .and("provider = ?", filter.provider())
                .within(filter, timeColumn);
    }

    /** Returns the condition for dead letters, which have no model or provider. */
    static Condition ofDeadLetters(UsageFilter filter) {
        return new Condition()
                .and("tenant = ?", filter.tenant())
                .and("batch = ?", filter.batch())
                .within(filter, "received_at");
    }

    /**
     * Returns the condition for counting dead letters. A batch's dead letters without a tenant
     * count for the default tenant, as in the batch's manifest.
     */
    static Condition ofCountedDeadLetters(UsageFilter filter) {
        return filter.batch().isEmpty()
                ? ofDeadLetters(filter)
                : new Condition()
                        .and(TENANT_OR_DEFAULT, filter.tenant())
                        .and("batch = ?", filter.batch())
                        .within(filter, "received_at");
    }

    private Condition within(UsageFilter filter, String timeColumn) {
        return and(timeColumn + " >= ?", filter.from()).and(timeColumn + " < ?", filter.to());
    }

    /** Adds a comparison with one parameter, unless the parameter is empty. */
    Condition and(String comparison, Optional<?> parameter) {
        parameter.ifPresent(it -> and(comparison, List.of(it)));
        return this;
    }

    Condition and(String comparison, List<?> comparisonParameters) {
        sql.append(" AND ").append(comparison);
        parameters.addAll(comparisonParameters);
        return this;
    }

    /** Returns the text that follows {@code WHERE}. */
    String sql() {
        return sql.toString();
    }

    Object[] parameters() {
        return parameters.toArray();
    }
}
