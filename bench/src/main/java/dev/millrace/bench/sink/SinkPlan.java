package dev.millrace.bench.sink;

import dev.millrace.bench.database.DatabaseKind;
import java.util.List;

/**
 * The parameters of {@code bench sink}.
 *
 * @param databases kinds of databases, in order
 * @param resultSizes sizes of the results in bytes
 * @param jobs jobs of each backlog
 * @param rounds rounds in which all contenders take turns
 */
record SinkPlan(List<DatabaseKind> databases, List<Integer> resultSizes, int jobs, int rounds) {
    /** Jobs in each batch. */
    static final int LINES_PER_BATCH = 10_000;

    SinkPlan {
        databases = List.copyOf(databases);
        resultSizes = List.copyOf(resultSizes);
    }

    boolean has(DatabaseKind kind) {
        return databases.contains(kind);
    }
}
