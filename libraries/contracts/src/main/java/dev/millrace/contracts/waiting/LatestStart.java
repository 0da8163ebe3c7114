package dev.millrace.contracts.waiting;

import java.time.Duration;
import java.time.Instant;

/** Decides how long a job may wait for a lower price, so that it still ends by its deadline. */
public final class LatestStart {
    /** Time in queue and call that is assumed before it was measured. */
    public static final Duration UNMEASURED = Duration.ofMinutes(10);

    /** Least time for a second attempt, and for writing the result. */
    private static final Duration LEAST_MARGIN = Duration.ofSeconds(10);

    private LatestStart() {}

    /**
     * Returns the latest time at which a job can join the queue of its model. The margin is as long
     * as queue and call, at least 10 s: time for a second attempt.
     *
     * @param doneBy time by which the job must be done
     * @param slowest the {@linkplain RecentTimes#p99 99th percentile} of the time in queue and call
     *     at the standard tier
     */
    public static Instant of(Instant doneBy, Duration slowest) {
        Duration margin = slowest.compareTo(LEAST_MARGIN) < 0 ? LEAST_MARGIN : slowest;
        // Clients choose the deadline, from which the difference must not overflow.
        return doneBy.isBefore(Instant.EPOCH) ? Instant.EPOCH : doneBy.minus(slowest).minus(margin);
    }
}
