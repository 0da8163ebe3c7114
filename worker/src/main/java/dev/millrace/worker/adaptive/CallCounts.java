package dev.millrace.worker.adaptive;

import java.util.Arrays;

/**
 * Counts the calls of the last minute that the provider has not refused, by second. A call counts
 * when it starts, because that is when a provider counts it.
 */
final class CallCounts {
    private static final int SECONDS = 60;
    private static final long SECOND_NANOS = 1_000_000_000;

    /** Calls by second, modulo the length; the last second is incomplete. */
    private final int[] counts = new int[SECONDS + 1];

    /** Start of the counts; the current second is counted from here. */
    private final long originNanos;

    private long second;

    CallCounts(long nowNanos) {
        originNanos = nowNanos;
    }

    void onStarted(long nowNanos) {
        moveTo(nowNanos);
        counts[index(second)]++;
    }

    /** Removes a call that was not made or was refused. */
    void onRefused(long startedNanos, long nowNanos) {
        moveTo(nowNanos);
        long started = Math.max(0, (startedNanos - originNanos) / SECOND_NANOS);
        int index = index(Math.min(started, second));
        if (second - started <= SECONDS && counts[index] > 0) {
            counts[index]--;
        }
    }

    /** Returns the calls of the last 60 complete seconds and the current one. */
    long lastMinute(long nowNanos) {
        moveTo(nowNanos);
        return Arrays.stream(counts).asLongStream().sum();
    }

    /** Returns the calls per second in the last complete second and the current one. */
    double recentPerSecond(long nowNanos) {
        moveTo(nowNanos);
        long calls = counts[index(second)];
        calls += second > 0 ? counts[index(second - 1)] : 0;
        long start = originNanos + Math.max(0, second - 1) * SECOND_NANOS;
        double seconds = Math.max(0.1, (nowNanos - start) / (double) SECOND_NANOS);
        return calls / seconds;
    }

    private static int index(long second) {
        return (int) (second % (SECONDS + 1));
    }

    private void moveTo(long nowNanos) {
        long now = (nowNanos - originNanos) / SECOND_NANOS;
        long from = Math.max(second + 1, now - SECONDS);
        for (long cleared = from; cleared <= now; cleared++) {
            counts[index(cleared)] = 0;
        }
        second = Math.max(second, now);
    }
}
