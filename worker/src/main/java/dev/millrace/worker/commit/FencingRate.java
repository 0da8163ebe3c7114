package dev.millrace.worker.commit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Tells a duplicate instance from the fencing that happens to a single one. Belongs to the loop's
 * thread.
 *
 * <p>A transaction that outlives its timeout fences its producer, and so does a restarted worker
 * that takes its predecessor's place: once each. Two live processes of one instance fence each
 * other in turn, as often as they commit, and successful commits lie in between. The earlier
 * process of the two is fenced first, so it reaches the limit first.
 */
final class FencingRate {
    /** Above what transaction timeouts, 10 s each, can cause within {@link #WINDOW}. */
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
