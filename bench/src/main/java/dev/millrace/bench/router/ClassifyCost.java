package dev.millrace.bench.router;

import dev.millrace.bench.figures.LatencyPercentiles;

/**
 * The cost of classifying a request, compared with parsing it.
 *
 * @param parse cost of finding custom_id, url, model and body, which every job needs
 * @param classify cost of everything that the shipped policy may evaluate
 */
public record ClassifyCost(Step parse, Step classify) {
    /** Target for the median time to classify, in microseconds. */
    public static final double TARGET_MICROS = 20;

    private static final double MICROS_PER_MILLI = 1_000;

    /**
     * The cost of one step.
     *
     * @param percentiles time in milliseconds
     * @param bytes average allocation per request
     */
    public record Step(LatencyPercentiles percentiles, long bytes) {
        /** Returns the median time in microseconds. */
        public double p50Micros() {
            return percentiles.p50() * MICROS_PER_MILLI;
        }

        /** Returns the 99th percentile in microseconds. */
        public double p99Micros() {
            return percentiles.p99() * MICROS_PER_MILLI;
        }
    }

    /** Returns the median time to classify ÷ the median time to parse. */
    public double ratio() {
        return classify.percentiles().p50() / parse.percentiles().p50();
    }
}
