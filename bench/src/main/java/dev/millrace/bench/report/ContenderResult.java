package dev.millrace.bench.report;

import dev.millrace.bench.figures.ThroughputInterval;
import dev.millrace.bench.process.PeakMemory;
import java.util.Optional;

/**
 * The measured result of one contender.
 *
 * @param jobs number of jobs with a result
 * @param steady the steady part; empty when there were too few results
 * @param memory peak memory
 * @param liveHeapMib heap use after a collection with all calls in flight; 0 when not measured
 * @param problem description of a problem; empty when there is none
 */
public record ContenderResult(
        int jobs,
        Optional<ThroughputInterval> steady,
        PeakMemory memory,
        long liveHeapMib,
        Optional<String> problem) {}
