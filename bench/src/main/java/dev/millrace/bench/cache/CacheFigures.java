package dev.millrace.bench.cache;

import dev.millrace.bench.figures.LatencyPercentiles;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * All figures of {@code bench cache}.
 *
 * @param perSecond requests of each way in a second
 * @param latencies latency of each way; empty if it was not measured
 * @param stolen part of the processor time that the host gave to others meanwhile, 0 to 1
 * @param entries empty if they were not measured
 * @param problems missing and superfluous output, and missing entries
 */
record CacheFigures(
        int perSecond,
        List<WayLatency> latencies,
        OptionalDouble stolen,
        Optional<EntriesFigures> entries,
        List<String> problems) {
    /** The time from a request to its committed output. */
    record WayLatency(Way way, LatencyPercentiles percentiles) {}

    CacheFigures {
        latencies = List.copyOf(latencies);
        problems = List.copyOf(problems);
    }

    /** Returns true when each request came out once and the cache kept each answer. */
    boolean isGood() {
        return problems.isEmpty();
    }
}
