package dev.millrace.worker.quota;

import dev.millrace.worker.job.JobTopic;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The lane of a model that has waited longest at a limit. Without a turn, a large call would wait
 * forever while the small calls of another lane or model take each permit that becomes free.
 * Belongs to the loop's thread.
 */
final class WaitingLane {
    /** Wait after which a lane has its turn, and the other lanes wait for it. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    /** Time without a request after which a lane no longer waits. */
    private static final Duration FORGET = Duration.ofMillis(500);

    /** Wait of the other lanes, after which they ask again. */
    private static final Duration RECHECK = Duration.ofMillis(20);

    private @Nullable JobTopic waiting;
    private long sinceNanos;
    private long askedNanos;

    /** Returns false if another lane has its turn, which the asking lane has to wait for. */
    boolean permits(JobTopic asking, long nowNanos) {
        JobTopic other = other(asking, nowNanos);
        return other == null
                || nowNanos - sinceNanos < PATIENCE.toNanos()
                || overtakes(asking, other);
    }

    /** Returns the waiting lane if it differs from the asking one, otherwise null. */
    private @Nullable JobTopic other(JobTopic asking, long nowNanos) {
        boolean isWaiting = waiting != null && nowNanos - askedNanos < FORGET.toNanos();
        return isWaiting && !asking.equals(waiting) ? waiting : null;
    }

    /**
     * Returns the wait of a lane, considering the turn of another.
     *
     * @param wait the wait at the limit itself
     */
    long waitNanos(JobTopic asking, long wait, long nowNanos) {
        JobTopic other = other(asking, nowNanos);
        if (other != null && !overtakes(asking, other)) {
            return permits(asking, nowNanos) ? wait : Math.max(wait, RECHECK.toNanos());
        }
        if (wait > 0) {
            // A critical lane also takes the turn of the lane that it overtakes.
            sinceNanos = asking.equals(waiting) ? sinceNanos : nowNanos;
            waiting = asking;
            askedNanos = nowNanos;
        } else if (other == null) {
            waiting = null;
        }
        return wait;
    }

    /** A critical job waits for no lane of its model that is not critical. */
    private static boolean overtakes(JobTopic asking, JobTopic first) {
        return asking.lane().isCritical()
                && !first.lane().isCritical()
                && asking.model().equals(first.model());
    }
}
