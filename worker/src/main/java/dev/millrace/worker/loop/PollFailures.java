package dev.millrace.worker.loop;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides how the loop goes on when polls fail: it waits longer and longer between them, and stops
 * when nothing could be polled for a long time. Belongs to the loop's thread.
 *
 * <p>A poll that comes back empty is no sign that all is well: the client tells an error once, and
 * then tries again in the background. So a problem has passed when no poll has failed for a while.
 */
final class PollFailures {
    /** Without any record for so long while polls fail, the loop drains and stops. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    /** Longer than a heartbeat's interval, since some errors come back with each heartbeat only. */
    static final Duration QUIET = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(PollFailures.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final int MOST_DOUBLINGS = 4;

    private String problem = "";

    /** Whether other topics may be polled all the same, so that the loop never stops by it. */
    private boolean isOfSomeTopics;

    private int inARow;
    private boolean hasFailed;

    /** Since when nothing at all could be polled. */
    private long firstNanos;

    private long lastNanos;
    private long notBeforeNanos;

    /** A poll begins. */
    void onPoll() {
        hasFailed = false;
    }

    /** A poll has failed, or another question of the consumer. */
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
     * A poll has come back.
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

    /** Returns the nanoseconds for which nothing is to be polled; 0 when a poll may follow. */
    long pauseNanos(long nowNanos) {
        return problem.isEmpty() ? 0 : Math.max(0, notBeforeNanos - nowNanos);
    }

    /** Returns true when the problem has lasted for so long that the loop is to stop. */
    boolean isLasting(long nowNanos) {
        return !problem.isEmpty() && !isOfSomeTopics && nowNanos - firstNanos >= LONGEST.toNanos();
    }

    /** Returns why jobs cannot be polled, for a person; empty when they can. */
    String problem() {
        return problem;
    }
}
