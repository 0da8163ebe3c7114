package dev.millrace.bench.figures;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What happened between two moments of a run.
 *
 * @param jobs that became visible, 0 or more
 * @param took longer than nothing
 * @param cpu processor time of the measured process
 */
public record Stretch(long jobs, Duration took, Duration cpu) {
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final double NANOS_PER_MICRO = TimeUnit.MICROSECONDS.toNanos(1);

    static Stretch between(Sample from, Sample to) {
        return new Stretch(
                to.visible() - from.visible(),
                Duration.ofNanos(Math.max(1, to.nanos() - from.nanos())),
                Duration.ofNanos(to.cpuNanos() - from.cpuNanos()));
    }

    public double jobsPerSecond() {
        return jobs * NANOS_PER_SECOND / took.toNanos();
    }

    /** Processor time for each job. */
    public double cpuMicrosPerJob() {
        return cpu.toNanos() / NANOS_PER_MICRO / Math.max(1, jobs);
    }
}
