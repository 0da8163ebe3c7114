package dev.millrace.bench.report;

import dev.millrace.bench.figures.ThroughputInterval;
import java.time.Duration;

/**
 * The throughput of Millrace with calls of a known latency.
 *
 * @param transport how the calls are made
 */
public record IdealRow(String transport, int inFlight, Duration latency, ContenderResult result) {
    private static final double MILLIS_PER_SECOND = 1_000;

    /** Returns the upper bound of throughput: jobs in flight ÷ latency. */
    double idealPerSecond() {
        return inFlight * MILLIS_PER_SECOND / latency.toMillis();
    }

    /** Returns measured ÷ ideal throughput, 0 to 1; 0 without a steady part. */
    double share() {
        return result.steady().map(ThroughputInterval::jobsPerSecond).orElse(0.0)
                / idealPerSecond();
    }
}
