package dev.millrace.sink;

import java.time.Duration;

/** How long to wait before the next attempt: doubling from the first failure to a limit. */
record Backoff(int failures) {
    private static final long FIRST_MILLIS = 50;
    private static final int DOUBLINGS = 6;

    static final Backoff NONE = new Backoff(0);

    Backoff onFailure() {
        return new Backoff(failures + 1);
    }

    /** From 50 ms to 3.2 s; nothing before the first failure. */
    Duration delay() {
        return failures == 0
                ? Duration.ZERO
                : Duration.ofMillis(FIRST_MILLIS << Math.min(failures - 1, DOUBLINGS));
    }
}
