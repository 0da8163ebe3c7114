package dev.millrace.worker.quota;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The model whose call has the next permits of a limit that several models share, however long it
 * waits for them. The other models wait for this call. Otherwise a large call would wait forever
 * while small calls of other models take each permit that becomes free. Belongs to the loop's
 * thread.
 *
 * <p>Models ask in the order of their turns, so the first one that waits has the next turn.
 */
final class ModelTurn {
    /** Time without a request after which a model no longer waits. */
    private static final Duration FORGET = Duration.ofMillis(500);

    /** Wait of the other models while the waiting model can start. */
    private static final Duration RECHECK = Duration.ofMillis(20);

    private @Nullable String waiting;
    private long askedNanos;
    private long waitNanos;

    /** Returns false if another model has its turn, which the asking model has to wait for. */
    boolean permits(String asking, long nowNanos) {
        return waiting == null
                || waiting.equals(asking)
                || nowNanos - askedNanos >= FORGET.toNanos();
    }

    /**
     * Returns the wait of a model, considering the turn of another.
     *
     * @param wait the wait at the limit itself
     */
    long waitNanos(String asking, long wait, long nowNanos) {
        if (!permits(asking, nowNanos)) {
            long left = waitNanos - (nowNanos - askedNanos);
            return Math.max(wait, Math.max(left, RECHECK.toNanos()));
        }
        waiting = wait > 0 ? asking : null;
        askedNanos = nowNanos;
        waitNanos = wait;
        return wait;
    }

    /** Notes that a model's call waits for another limit, so that it has no turn at this one. */
    void onWaitingElsewhere(String model) {
        waiting = model.equals(waiting) ? null : waiting;
    }
}
