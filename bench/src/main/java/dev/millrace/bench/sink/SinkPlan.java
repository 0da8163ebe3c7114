package dev.millrace.bench.sink;

import dev.millrace.bench.database.DatabaseKind;
import java.util.List;
import java.util.Set;

/**
 * The parameters of {@code bench sink}.
 *
 * @param parts parts to measure
 * @param databases kinds of databases, in order
 * @param resultSizes sizes of the results in bytes, for the rates
 * @param jobs jobs of each backlog
 * @param rounds rounds in which all contenders take turns
 * @param perSecond most requests per second of each path of the API
 * @param exported results of the export
 */
record SinkPlan(
        Set<Part> parts,
        List<DatabaseKind> databases,
        List<Integer> resultSizes,
        int jobs,
        int rounds,
        int perSecond,
        int exported) {
    /** Jobs in each batch, except for the export. */
    static final int LINES_PER_BATCH = 10_000;

    /** Size of a result while the API answers, and of an exported result. */
    static final int API_RESULT_BYTES = 1_024;

    /** A part of the measurement. */
    enum Part {
        /** Rows per second beside bare upserts. */
        RATES,
        /** Latency of the usage API while the sink stores a backlog. */
        API,
        /** Export of one large batch. */
        EXPORT
    }

    SinkPlan {
        parts = Set.copyOf(parts);
        databases = List.copyOf(databases);
        resultSizes = List.copyOf(resultSizes);
    }

    boolean has(Part part) {
        return parts.contains(part);
    }

    boolean has(DatabaseKind kind) {
        return databases.contains(kind);
    }

    /** Returns the jobs of the backlog while the API answers, which must last some time. */
    int apiJobs() {
        return 4 * jobs;
    }
}
