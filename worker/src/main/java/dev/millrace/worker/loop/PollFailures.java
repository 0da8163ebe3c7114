package dev.millrace.worker.loop;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides how the loop continues when polls fail: it waits longer and longer between polls, and
 * stops when nothing could be polled for a long time. Belongs to the loop's thread.
 *
 * <p>An empty poll does not show that the problem has passed: the client reports an error once, and
 * then retries in the background. The problem has passed when no poll has failed for a while.
 */
final class PollFailures {
    /** Time without any record after which the loop drains and stops, while polls fail. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    /** Longer than a heartbeat's interval, since some errors recur only with each heartbeat. */
    static final Duration QUIET = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(PollFailures.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final int MOST_DOUBLINGS = 4;

    private String problem = "";

    /** Whether other topics can still be polled, so that the loop never stops because of it. */
    private boolean isOfSomeTopics;

    private int inARow;
    private boolean hasFailed;

    /** When polls began to bring nothing at all. */
    private long firstNanos;

    private long lastNanos;
    private long notBeforeNanos;

    /** A poll begins. */
    void onPoll() {
        hasFailed = false;
    }

    /** A poll or another request of the consumer has failed. */
    void onFailed(String reason, boolean someTopicsOnly, long nowNanos) {
        hasFailed = true;
        if (problem.isEmpty() || (isOfSomeTopics && !someTopicsOnly)) {
            firstNanos = nowNanos;
        }
        if (!reason.equals(problem)) {
            LOG.atWarn().log("jobs cannot be polled, which is tried again: {}", reason);
        }
        problem = reason;
        isOfSomeTopics = someTopicsOnly;
        lastNanos = nowNanos;
        notBeforeNanos = nowNanos + (FIRST_PAUSE.toNanos() << Math.min(inARow, MOST_DOUBLINGS));
        inARow++;
    }

    /**
     * A poll has returned.
     *
     * @param hasRecords whether it brought any
     */
    void onPolled(boolean hasRecords, long nowNanos) {
        if (problem.isEmpty() || hasFailed) {
            return;
        }
        inARow = 0;
        if (hasRecords) {
            firstNanos = nowNanos;
        }
        if (nowNanos - lastNanos >= QUIET.toNanos()) {
            problem = "";
        }
    }

    /** Returns the nanoseconds until the next poll is allowed; 0 for now. */
    long pauseNanos(long nowNanos) {
        return problem.isEmpty() ? 0 : Math.max(0, notBeforeNanos - nowNanos);
    }

    /** Returns true when the problem has lasted so long that the loop has to stop. */
    boolean isLasting(long nowNanos) {
        return !problem.isEmpty() && !isOfSomeTopics && nowNanos - firstNanos >= LONGEST.toNanos();
    }

    /** Returns why jobs cannot be polled, for a person; empty when they can. */
    String problem() {
        return problem;
    }
}
