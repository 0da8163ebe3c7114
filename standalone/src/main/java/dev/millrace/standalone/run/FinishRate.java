package dev.millrace.standalone.run;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;

/**
 * The rate at which jobs finish, from readings of the last {@link #WINDOW}. Time without any job
 * does not count. Used by one thread.
 */
final class FinishRate {
    /** Age of the oldest reading that counts. */
    static final Duration WINDOW = Duration.ofMinutes(5);

    private record Reading(long nanos, long finished, boolean isBusy) {}

    private final Deque<Reading> readings = new ArrayDeque<>();

    /**
     * Adds a reading.
     *
     * @param finished number of jobs finished since an arbitrary start
     * @param isBusy true if any job is unfinished
     * @param nanos time of the reading, by a monotonic ticker
     */
    void onReading(long finished, boolean isBusy, long nanos) {
        readings.add(new Reading(nanos, finished, isBusy));
        while (nanos - readings.getFirst().nanos() > WINDOW.toNanos()) {
            readings.removeFirst();
        }
    }

    /** Returns finished jobs per second, above 0; empty if no job is known to have finished. */
    OptionalDouble perSecond() {
        long jobs = 0;
        long nanos = 0;
        Reading before = null;
        for (Reading reading : readings) {
            // A topic that was created again begins at 0.
            if (before != null
                    && (before.isBusy() || reading.isBusy())
                    && reading.finished() >= before.finished()) {
                jobs += reading.finished() - before.finished();
                nanos += reading.nanos() - before.nanos();
            }
            before = reading;
        }
        return jobs > 0 && nanos > 0
                ? OptionalDouble.of(jobs * 1e9 / nanos)
                : OptionalDouble.empty();
    }
}
