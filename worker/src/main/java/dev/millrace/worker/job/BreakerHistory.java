package dev.millrace.worker.job;

import dev.millrace.worker.breaker.Openings;
import dev.millrace.worker.breaker.Openings.Opening;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The breakers' memory of one job: a job that always fails must neither keep opening them nor make
 * all trial calls. Belongs to the loop's thread.
 */
public final class BreakerHistory {
    private Openings openings = Openings.NONE;
    private long passUntilNanos;
    private boolean isPassing;

    /** Opening time of the breaker that the job waits for; null for none. */
    private @Nullable Instant heldBySince;

    private long heldNanos;

    /** Records the breakers that the running call has opened; mostly none. */
    public void onOpened(Set<Opening> opened) {
        openings = openings.and(opened);
    }

    /** Returns the breakers that calls of the job have opened in this worker. */
    public Openings openings() {
        return openings;
    }

    /**
     * Records that an open breaker holds back the job, and returns the nanoseconds since the first
     * record of this wait.
     *
     * @param openSince when the breaker opened; another time is another wait
     */
    public long onHeld(Instant openSince, long nowNanos) {
        if (!openSince.equals(heldBySince)) {
            heldBySince = openSince;
            heldNanos = nowNanos;
        }
        return nowNanos - heldNanos;
    }

    /** Leaves trial calls of breakers to other jobs until the given time. */
    public void passUntil(long untilNanos) {
        isPassing = true;
        passUntilNanos = untilNanos;
    }

    /** Returns the nanoseconds for which the job leaves trial calls to other jobs; 0 for none. */
    public long passNanos(long nowNanos) {
        isPassing = isPassing && passUntilNanos - nowNanos > 0;
        return isPassing ? passUntilNanos - nowNanos : 0;
    }
}
