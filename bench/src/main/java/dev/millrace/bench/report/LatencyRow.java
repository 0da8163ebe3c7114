package dev.millrace.bench.report;

import dev.millrace.bench.contender.Contender;
import dev.millrace.bench.figures.LatencyPercentiles;
import java.util.Optional;

/**
 * The latency of jobs from submission to a committed reader.
 *
 * @param jobs number of measured jobs
 * @param percentiles empty when there is a problem
 */
public record LatencyRow(
        int perSecond,
        Contender contender,
        int jobs,
        Optional<LatencyPercentiles> percentiles,
        Optional<String> problem) {}
