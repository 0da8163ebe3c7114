package dev.millrace.bench.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a committed reader saw of one run, in the order of time.
 *
 * <p>Its steady part leaves out the first third, in which the process warms up, and the end: as
 * many jobs as can be in flight, since then fewer and fewer are, and a tenth before them. It lasts
 * a whole number of rounds of as many jobs as are in flight: jobs that start together end together,
 * so that both of its ends are at the same place of such a wave.
 */
public final class Series {
    private static final int WARM_UP_PART = 3;
    private static final double BEFORE_THE_END = 0.9;

    private final List<Sample> samples = new ArrayList<>();

    /** Notes what is to be seen now. */
    public void add(Sample sample) {
        samples.add(sample);
    }

    /** How many of the jobs of a run come before its end. */
    public static long beforeTheEnd(long jobs, int inFlight) {
        return (long) (BEFORE_THE_END * Math.max(0, jobs - inFlight));
    }

    /**
     * The steady part; all of a run that has none. Empty when there are not two moments.
     *
     * @param jobs that there were
     * @param inFlight jobs that were worked on together, 1 or more
     */
    public Optional<Stretch> steady(long jobs, int inFlight) {
        if (samples.size() < 2) {
            return Optional.empty();
        }
        long usable = Math.min(samples.getLast().visible(), beforeTheEnd(jobs, inFlight));
        Sample from = firstWith(usable / WARM_UP_PART);
        long rounds = (usable - from.visible()) / inFlight;
        Sample to = rounds > 0 ? firstWith(from.visible() + rounds * inFlight) : lastWithin(usable);
        return Optional.of(
                to.nanos() > from.nanos()
                        ? Stretch.between(from, to)
                        : Stretch.between(samples.getFirst(), samples.getLast()));
    }

    private Sample firstWith(long visible) {
        return samples.stream()
                .filter(it -> it.visible() >= visible)
                .findFirst()
                .orElseGet(samples::getLast);
    }

    private Sample lastWithin(long visible) {
        return samples.reversed().stream()
                .filter(it -> it.visible() <= visible)
                .findFirst()
                .orElseGet(samples::getFirst);
    }
}
