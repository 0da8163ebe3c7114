package dev.millrace.bench.cache;

import dev.millrace.bench.cluster.OpenLoopSubmitter.Pace;
import java.util.Set;

/**
 * The parameters of {@code bench cache}.
 *
 * @param warmUp requests before the latency is measured
 * @param pace requests of each way in one round
 * @param rounds rounds in which all ways take turns
 * @param entries answers that the cache holds
 * @param hits requests of the measured backlog of hits
 */
record CachePlan(Pace warmUp, Pace pace, int rounds, int entries, int hits, Set<Part> parts) {
    /** A part of the measurement. */
    enum Part {
        /** Latency of the steps that a job may ask for. */
        LATENCY,
        /** Throughput, memory and restoring with many stored answers. */
        ENTRIES
    }

    CachePlan {
        parts = Set.copyOf(parts);
    }

    boolean has(Part part) {
        return parts.contains(part);
    }
}
