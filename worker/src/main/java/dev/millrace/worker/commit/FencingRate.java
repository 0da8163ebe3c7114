package dev.millrace.worker.commit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Detects a duplicate instance by the rate at which this worker is fenced. Belongs to the loop's
 * thread.
 *
 * <p>A transaction that outlives its timeout fences its producer once. A restarted worker fences
 * its predecessor once. Two live processes of one instance fence each other in turn, as often as
 * they commit, with successful commits in between. The earlier process is fenced first, so it
 * reaches the limit first.
 */
final class FencingRate {
    /**
     * Number of fencings within {@link #WINDOW} that shows a duplicate: more than transaction
     * timeouts of 10 s alone can cause.
     */
    static final int LIMIT = 10;

    static final Duration WINDOW = Duration.ofMinutes(1);

    /** The latest fencings, at most {@link #LIMIT}; oldest first. */
    private final Deque<Long> timesNanos = new ArrayDeque<>();

    /** Records a fencing, and returns true when it is the {@link #LIMIT}th within the window. */
    boolean onFenced(long nowNanos) {
        timesNanos.add(nowNanos);
        if (timesNanos.size() < LIMIT) {
            return false;
        }
        return nowNanos - timesNanos.remove() <= WINDOW.toNanos();
    }
}
