package dev.millrace.results.batch;

import dev.millrace.contracts.waiting.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/** Estimates when jobs have ended, including the time for which they wait. */
public final class TimeLeft {
    private TimeLeft() {}

    /**
     * Returns the time until all jobs have ended; empty if some wait for something whose end is
     * unknown, such as a worker.
     *
     * @param atRate the time that the jobs take at the present rate
     * @param waits why some of the jobs wait
     */
    public static Optional<Duration> of(Duration atRate, Collection<Waiting> waits, Instant now) {
        Duration stopped = Duration.ZERO;
        Duration least = Duration.ZERO;
        for (Waiting wait : waits) {
            if (wait.reason().stopsJobs()) {
                if (wait.until().isEmpty()) {
                    return Optional.empty();
                }
                stopped = longer(stopped, Duration.between(now, wait.until().get()));
            } else {
                least =
                        longer(
                                least,
                                wait.until()
                                        .map(it -> Duration.between(now, it))
                                        .orElse(Duration.ZERO));
            }
        }
        return Optional.of(longer(atRate.plus(stopped), least));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
