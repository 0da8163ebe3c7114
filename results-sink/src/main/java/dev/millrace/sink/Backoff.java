package dev.millrace.sink;

import java.time.Duration;

/** The wait before the next attempt, which doubles with each failure up to a limit. */
record Backoff(int failures) {
    private static final long FIRST_MILLIS = 50;
    private static final int DOUBLINGS = 6;

    static final Backoff NONE = new Backoff(0);

    Backoff onFailure() {
        return new Backoff(failures + 1);
    }

    /** Returns 50 ms to 3.2 s, or zero without a failure. */
    Duration delay() {
        return failures == 0
                ? Duration.ZERO
                : Duration.ofMillis(FIRST_MILLIS << Math.min(failures - 1, DOUBLINGS));
    }
}
