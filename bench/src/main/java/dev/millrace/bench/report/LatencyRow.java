package dev.millrace.bench.report;

import dev.millrace.bench.contender.Kind;
import dev.millrace.bench.figures.Percentiles;
import java.util.Optional;

/**
 * How long jobs took from their submission to a committed reader.
 *
 * @param jobs that were measured
 * @param took empty when there is a problem
 */
public record LatencyRow(
        int perSecond, Kind kind, int jobs, Optional<Percentiles> took, Optional<String> problem) {}
