package dev.millrace.bench.sink;

import dev.millrace.bench.database.DatabaseKind;
import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.store.StoreRow;
import java.util.List;

/**
 * The latency of the usage API while the sink stores a backlog.
 *
 * @param store figures of the sink meanwhile
 * @param paths latencies of each path
 */
record ApiFigures(DatabaseKind database, StoreRow store, List<PathLatency> paths) {
    /**
     * The latency of one path.
     *
     * @param requests measured requests
     */
    record PathLatency(String path, int requests, LatencyPercentiles percentiles) {}

    ApiFigures {
        paths = List.copyOf(paths);
    }
}
