package dev.millrace.bench.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The observations of one run by a committed reader, in order of time.
 *
 * <p>The steady part excludes the first third of the jobs, in which the process warms up, and the
 * last tenth.
 */
public final class ThroughputSeries {
    private static final int WARM_UP_DIVISOR = 3;
    private static final double FRACTION_BEFORE_TAIL = 0.9;

    private final List<Sample> samples = new ArrayList<>();

    /** Adds an observation. */
    public void add(Sample sample) {
        samples.add(sample);
    }

    /**
     * Returns the steady part, or the whole run when it has no steady part; empty with fewer than
     * two samples.
     *
     * @param jobs number of jobs
     */
    public Optional<ThroughputInterval> steady(long jobs) {
        if (samples.size() < 2) {
            return Optional.empty();
        }
        long end = Math.min(samples.getLast().visible(), (long) (FRACTION_BEFORE_TAIL * jobs));
        Sample from = firstAtLeast(end / WARM_UP_DIVISOR);
        Sample to = firstAtLeast(end);
        return Optional.of(
                to.nanos() > from.nanos()
                        ? ThroughputInterval.between(from, to)
                        : ThroughputInterval.between(samples.getFirst(), samples.getLast()));
    }

    private Sample firstAtLeast(long visible) {
        return samples.stream()
                .filter(it -> it.visible() >= visible)
                .findFirst()
                .orElseGet(samples::getLast);
    }
}
