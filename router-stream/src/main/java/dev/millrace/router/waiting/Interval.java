package dev.millrace.router.waiting;

import java.time.Duration;

/** Detects when an interval has passed since it was last due, or when the clock was set back. */
public final class Interval {
    private final long millis;
    private long lastMillis;

    /**
     * @param startMillis when it begins, in milliseconds since the epoch; 0 makes it due at once
     */
    public Interval(Duration length, long startMillis) {
        millis = length.toMillis();
        lastMillis = startMillis;
    }

    /** Returns true if the interval has passed; it then begins again. */
    public boolean isDue(long nowMillis) {
        if (Math.abs(nowMillis - lastMillis) < millis) {
            return false;
        }
        lastMillis = nowMillis;
        return true;
    }
}
