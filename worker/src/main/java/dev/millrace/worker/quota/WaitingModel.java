package dev.millrace.worker.quota;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The model that has waited longest at a limit that several models share. Without a turn, a large
 * call would wait for ever while the small calls of another model take each permit that becomes
 * free. Belongs to the loop's thread.
 */
final class WaitingModel {
    /** After this wait, the model has its turn: the others wait for it. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    /** A model that has not asked for this long does not wait any more. */
    private static final Duration FORGET = Duration.ofMillis(500);

    /** Wait of the other models, after which they ask again. */
    private static final Duration RECHECK = Duration.ofMillis(20);

    private @Nullable String model;
    private long sinceNanos;
    private long askedNanos;

    /**
     * Returns the wait of a model, considering the turn of another.
     *
     * @param wait the wait at the limit itself
     */
    long waitNanos(String asking, long wait, long nowNanos) {
        boolean isOther = model != null && !model.equals(asking) && isWaiting(nowNanos);
        if (isOther) {
            boolean hasTurn = nowNanos - sinceNanos >= PATIENCE.toNanos();
            return hasTurn ? Math.max(wait, RECHECK.toNanos()) : wait;
        }
        if (wait == 0) {
            model = null;
        } else {
            sinceNanos = asking.equals(model) ? sinceNanos : nowNanos;
            model = asking;
            askedNanos = nowNanos;
        }
        return wait;
    }

    private boolean isWaiting(long nowNanos) {
        return nowNanos - askedNanos < FORGET.toNanos();
    }
}
