package dev.millrace.contracts.waiting;

import java.time.Duration;
import java.time.Instant;

/** Decides how long a job may wait for a lower price, so that it still ends by its deadline. */
public final class LatestStart {
    /** Time in queue and call that is assumed before it was measured. */
    public static final Duration UNMEASURED = Duration.ofMinutes(10);

    private static final Duration LEAST_MARGIN = Duration.ofSeconds(5);
    private static final int MARGIN_DIVISOR = 4;

    private LatestStart() {}

    /**
     * Returns the latest time at which a job can join the queue of its model.
     *
     * @param slowest the {@linkplain RecentTimes#p99 99th percentile} of the time in queue and call
     *     at the standard tier; a quarter of it is added as a margin
     */
    public static Instant of(Instant deadline, Duration slowest) {
        Duration margin = slowest.dividedBy(MARGIN_DIVISOR);
        return deadline.minus(slowest)
                .minus(margin.compareTo(LEAST_MARGIN) < 0 ? LEAST_MARGIN : margin);
    }
}
