package dev.millrace.results.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A condition of a query with its parameters, built part by part. */
public final class Condition {
    private final StringBuilder sql = new StringBuilder("1 = 1");
    private final List<Object> parameters = new ArrayList<>();

    /** Adds a comparison with one parameter, unless the parameter is empty. */
    public Condition and(String comparison, Optional<?> parameter) {
        parameter.ifPresent(it -> and(comparison, List.of(it)));
        return this;
    }

    /** Adds a comparison with the given parameters. */
    public Condition and(String comparison, List<?> comparisonParameters) {
        sql.append(" AND ").append(comparison);
        parameters.addAll(comparisonParameters);
        return this;
    }

    /** Returns the text that follows {@code WHERE}. */
    public String sql() {
        return sql.toString();
    }

    /** Returns the parameters, in the order of the text. */
    public Object[] parameters() {
        return parameters.toArray();
    }
}
