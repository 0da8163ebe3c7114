package dev.millrace.bench.router;

import dev.millrace.bench.figures.Percentiles;

/**
 * What it costs to classify a request, beside parsing it.
 *
 * @param parse finding custom_id, url, model and body, which every job needs
 * @param classify all that the shipped policy may ask
 */
public record ClassifyCost(Step parse, Step classify) {
    /** What half of the requests may take at most, in microseconds. */
    public static final double AIM_MICROS = 20;

    private static final double MICROS_PER_MILLI = 1_000;

    /**
     * One of both.
     *
     * @param took in milliseconds
     * @param bytes allocated for one request, on average
     */
    public record Step(Percentiles took, long bytes) {
        /** What half of the requests took at most, in microseconds. */
        public double p50Micros() {
            return took.p50() * MICROS_PER_MILLI;
        }

        /** What 99 of 100 requests took at most, in microseconds. */
        public double p99Micros() {
            return took.p99() * MICROS_PER_MILLI;
        }
    }

    /** Half of the requests: how much longer classifying took than parsing. */
    public double ratio() {
        return classify.took().p50() / parse.took().p50();
    }
}
