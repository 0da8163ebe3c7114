package dev.millrace.worker.loop;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides how the loop continues when polls fail. The wait between polls increases, and the loop
 * stops when every poll has failed for a long time. Belongs to the loop's thread.
 *
 * <p>An empty poll does not show that the problem has passed: the client reports an error once, and
 * then retries in the background. The problem has passed when no poll has failed for a while.
 */
final class PollFailures {
    /** Time without any record after which the loop drains and stops if polls fail. */
    static final Duration STOP_AFTER = Duration.ofMinutes(5);

    /**
     * Time without a failure after which the problem has passed. Longer than the interval of
     * heartbeats, since some errors recur only with a heartbeat.
     */
    static final Duration RECOVERED_AFTER = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(PollFailures.class);
    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final int MAX_DOUBLINGS = 4;

    private String problem = "";

    /** True if only some topics cannot be polled; the loop never stops because of this. */
    private boolean affectsSomeTopicsOnly;

    private int consecutive;
    private boolean hasFailed;

    /** Start of the period in which polls fail and no record arrives. */
    private long firstNanos;

    private long lastNanos;
    private long notBeforeNanos;

    /** Records the start of a poll. */
    void onPoll() {
        hasFailed = false;
    }

    /** Records that a poll or another request of the consumer has failed. */
    void onFailed(String reason, boolean someTopicsOnly, long nowNanos) {
        hasFailed = true;
        if (problem.isEmpty() || (affectsSomeTopicsOnly && !someTopicsOnly)) {
            firstNanos = nowNanos;
        }
        if (!reason.equals(problem)) {
            LOG.atWarn().log("jobs cannot be polled; retrying: {}", reason);
        }
        problem = reason;
        affectsSomeTopicsOnly = someTopicsOnly;
        lastNanos = nowNanos;
        notBeforeNanos = nowNanos + (FIRST_WAIT.toNanos() << Math.min(consecutive, MAX_DOUBLINGS));
        consecutive++;
    }

    /**
     * Records the end of a poll.
     *
     * @param hasRecords whether the poll returned records
     */
    void onPolled(boolean hasRecords, long nowNanos) {
        if (problem.isEmpty() || hasFailed) {
            return;
        }
        consecutive = 0;
        if (hasRecords) {
            firstNanos = nowNanos;
        }
        if (nowNanos - lastNanos >= RECOVERED_AFTER.toNanos()) {
            problem = "";
        }
    }

    /** Returns the nanoseconds until the next poll is allowed; 0 for now. */
    long untilAllowedNanos(long nowNanos) {
        return problem.isEmpty() ? 0 : Math.max(0, notBeforeNanos - nowNanos);
    }

    /** Returns true when the problem has lasted so long that the loop must stop. */
    boolean isLasting(long nowNanos) {
        return !problem.isEmpty()
                && !affectsSomeTopicsOnly
                && nowNanos - firstNanos >= STOP_AFTER.toNanos();
    }

    /** Returns why jobs cannot be polled, for messages; empty if they can be polled. */
    String problem() {
        return problem;
    }
}
