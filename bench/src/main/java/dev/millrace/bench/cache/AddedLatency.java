package dev.millrace.bench.cache;

import dev.millrace.bench.cache.CacheFigures.WayLatency;
import dev.millrace.bench.figures.LatencyPercentiles;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a step adds to the latency, compared with what a bare repartition adds.
 *
 * @param p50Millis difference of the medians, in milliseconds
 * @param p99Millis difference of the 99th percentiles, in milliseconds
 * @param p50Ratio difference of the medians ÷ the bare repartition's; empty if the repartition
 *     added nothing measurable
 * @param p99Ratio the same of the 99th percentiles
 */
record AddedLatency(
        Way way,
        double p50Millis,
        double p99Millis,
        OptionalDouble p50Ratio,
        OptionalDouble p99Ratio) {
    /** Largest ratio that meets the target. */
    static final double TARGET = 2;

    /** Compares all ways with a further step; empty without the latency of the repartition. */
    static List<AddedLatency> of(List<WayLatency> latencies) {
        List<AddedLatency> all = new ArrayList<>();
        if (latencies.isEmpty()) {
            return all;
        }
        LatencyPercentiles hop = difference(latencies, Way.REPARTITIONED);
        for (WayLatency each : latencies) {
            if (each.way().isStep()) {
                LatencyPercentiles step = difference(latencies, each.way());
                all.add(
                        new AddedLatency(
                                each.way(),
                                step.p50(),
                                step.p99(),
                                ratio(step.p50(), hop.p50()),
                                ratio(step.p99(), hop.p99())));
            }
        }
        return all;
    }

    private static LatencyPercentiles difference(List<WayLatency> latencies, Way way) {
        LatencyPercentiles own = percentiles(latencies, way);
        LatencyPercentiles base = percentiles(latencies, way.baseline());
        return new LatencyPercentiles(
                own.p50() - base.p50(), own.p95() - base.p95(), own.p99() - base.p99());
    }

    private static LatencyPercentiles percentiles(List<WayLatency> latencies, Way way) {
        return latencies.stream()
                .filter(it -> it.way() == way)
                .findFirst()
                .orElseThrow()
                .percentiles();
    }

    private static OptionalDouble ratio(double step, double hop) {
        return hop > 0 ? OptionalDouble.of(step / hop) : OptionalDouble.empty();
    }

    /** Returns true for a step of the router, which has a target. */
    boolean hasTarget() {
        return way != Way.REPARTITIONED;
    }

    /** Returns true if both percentiles meet the target. */
    boolean isMet() {
        return isMet(p50Ratio) && isMet(p99Ratio);
    }

    private static boolean isMet(OptionalDouble ratio) {
        return ratio.isPresent() && ratio.getAsDouble() <= TARGET;
    }
}
