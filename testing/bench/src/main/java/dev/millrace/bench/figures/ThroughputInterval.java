package dev.millrace.bench.figures;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The progress between two samples of a run.
 *
 * @param jobs results that became visible, 0 or more
 * @param duration length of the interval, above 0
 * @param cpu CPU time of the measured process
 */
public record ThroughputInterval(long jobs, Duration duration, Duration cpu) {
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final double NANOS_PER_MICRO = TimeUnit.MICROSECONDS.toNanos(1);

    static ThroughputInterval between(Sample from, Sample to) {
        return new ThroughputInterval(
                to.visible() - from.visible(),
                Duration.ofNanos(Math.max(1, to.nanos() - from.nanos())),
                Duration.ofNanos(to.cpuNanos() - from.cpuNanos()));
    }

    public double jobsPerSecond() {
        return jobs * NANOS_PER_SECOND / duration.toNanos();
    }

    /** Returns the CPU time per job. */
    public double cpuMicrosPerJob() {
        return cpu.toNanos() / NANOS_PER_MICRO / Math.max(1, jobs);
    }
}
