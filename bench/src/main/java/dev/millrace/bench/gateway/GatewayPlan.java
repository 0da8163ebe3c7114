package dev.millrace.bench.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The parameters of {@code bench gateway}.
 *
 * @param parts parts to measure
 * @param concurrency numbers of concurrent calls whose latency is measured, each 1 or more
 * @param saturating numbers of concurrent calls that saturate the gateway, each 1 or more
 * @param time duration of each measurement
 * @param uploadBytes size of the uploaded file
 * @param idleConnections number of idle connections, 1 or more
 * @param javaOptions additional JVM options of the pipeline's process
 */
record GatewayPlan(
        Set<Part> parts,
        List<Integer> concurrency,
        List<Integer> saturating,
        Duration time,
        long uploadBytes,
        int idleConnections,
        List<String> javaOptions) {
    /** A part of the measurement. */
    enum Part {
        /** Latency of answers, compared with direct calls. */
        LATENCY,
        /** Answers per second of a saturated gateway. */
        THROUGHPUT,
        /** Time to the first token of a stream, compared with direct calls. */
        STREAM,
        /** Memory during a large chunked upload. */
        UPLOAD,
        /** Idle connections, and the latency of an answer beside them. */
        IDLE
    }

    GatewayPlan {
        parts = Set.copyOf(parts);
        concurrency = List.copyOf(concurrency);
        saturating = List.copyOf(saturating);
        javaOptions = List.copyOf(javaOptions);
    }

    boolean has(Part part) {
        return parts.contains(part);
    }
}
