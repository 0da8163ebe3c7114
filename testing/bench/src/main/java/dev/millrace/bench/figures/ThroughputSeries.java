package dev.millrace.bench.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The observations of one run by a committed reader, in order of time.
 *
 * <p>The steady part excludes the first third of the jobs, in which the process warms up. It also
 * excludes the tail: the last jobs in flight, during which concurrency drops, and a tenth of the
 * jobs before them. Jobs that start together end together, in waves. The steady part therefore
 * covers a whole number of rounds of the jobs in flight, so that it starts and ends at the same
 * point of a wave.
 */
public final class ThroughputSeries {
    private static final int WARM_UP_DIVISOR = 3;
    private static final double FRACTION_BEFORE_TAIL = 0.9;

    private final List<Sample> samples = new ArrayList<>();

    /** Adds an observation. */
    public void add(Sample sample) {
        samples.add(sample);
    }

    /** Returns the number of jobs before the tail of a run. */
    public static long jobsBeforeTail(long jobs, int inFlight) {
        return (long) (FRACTION_BEFORE_TAIL * Math.max(0, jobs - inFlight));
    }

    /**
     * Returns the steady part, or the whole run when it has no steady part; empty with fewer than
     * two samples.
     *
     * @param jobs number of jobs
     * @param inFlight concurrent jobs, 1 or more
     */
    public Optional<ThroughputInterval> steady(long jobs, int inFlight) {
        if (samples.size() < 2) {
            return Optional.empty();
        }
        long end = Math.min(samples.getLast().visible(), jobsBeforeTail(jobs, inFlight));
        Sample from = firstAtLeast(end / WARM_UP_DIVISOR);
        long rounds = (end - from.visible()) / inFlight;
        Sample to = rounds > 0 ? firstAtLeast(from.visible() + rounds * inFlight) : lastAtMost(end);
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

    private Sample lastAtMost(long visible) {
        return samples.reversed().stream()
                .filter(it -> it.visible() <= visible)
                .findFirst()
                .orElseGet(samples::getFirst);
    }
}
