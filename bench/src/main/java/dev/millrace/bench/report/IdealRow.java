package dev.millrace.bench.report;

import dev.millrace.bench.figures.Stretch;
import java.time.Duration;

/**
 * Millrace with calls of a known latency.
 *
 * @param way how the calls are made
 */
public record IdealRow(String way, int inFlight, Duration latency, Observed observed) {
    private static final double MILLIS_PER_SECOND = 1_000;

    /** What throughput cannot exceed. */
    double idealPerSecond() {
        return inFlight * MILLIS_PER_SECOND / latency.toMillis();
    }

    /** 0 to 1; 0 when there is no steady part. */
    double share() {
        return observed.steady().map(Stretch::jobsPerSecond).orElse(0.0) / idealPerSecond();
    }
}
