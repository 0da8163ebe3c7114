package dev.millrace.worker.limits;

import java.time.Duration;
import java.util.Arrays;

/**
 * Limits the share of retries in a model's calls, so that a failing provider gets no more load than
 * a healthy one. In each window that ends with a retry,
 *
 * <pre>  retries ≤ floor + ratio × calls      all calls, including the retries</pre>
 *
 * <p>Counts in tenths of the window. Retries are summed over one more tenth, so that the sum covers
 * the window wherever the window begins. Belongs to the loop's thread; times are of the loop's
 * ticker, which can overflow.
 */
final class RetryBudget {
    /**
     * Retries that are always allowed. If only retries are left, nothing else would increase the
     * budget. One call per second is harmless to any provider.
     */
    static final int FLOOR_PER_SECOND = 1;

    private static final int WINDOW_BUCKETS = 10;
    private static final double UNLIMITED_PERCENT = 100;
    private static final double PERCENT = 100;

    private final double percent;
    private final long floor;
    private final long bucketNanos;

    /** By age; the first element is the current tenth. */
    private final long[] calls = new long[WINDOW_BUCKETS];

    private final long[] retries = new long[WINDOW_BUCKETS + 1];
    private long bucketStart;

    /**
     * Creates a budget.
     *
     * @param percent allowed share of retries, 0 to 100; 100 means unlimited
     * @param window period over which calls are counted, longer than 0
     * @param nowNanos current time of the ticker
     */
    RetryBudget(double percent, Duration window, long nowNanos) {
        this.percent = percent;
        this.floor = Math.max(1, window.toSeconds() * FLOOR_PER_SECOND);
        this.bucketNanos = Math.ceilDiv(window.toNanos(), WINDOW_BUCKETS);
        this.bucketStart = nowNanos;
    }

    /**
     * Counts a call. A retry counts even if {@link #waitNanos} did not allow it.
     *
     * @param isRetry true if an earlier attempt of the job has failed
     */
    void onCall(long nowNanos, boolean isRetry) {
        moveTo(nowNanos);
        calls[0]++;
        retries[0] += isRetry ? 1 : 0;
    }

    /**
     * Removes the latest call, which was counted but not sent.
     *
     * @param isRetry true if the call was counted as a retry
     */
    void onWithdrawn(long nowNanos, boolean isRetry) {
        moveTo(nowNanos);
        removeLatest(calls);
        if (isRetry) {
            removeLatest(retries);
        }
    }

    private static void removeLatest(long[] buckets) {
        for (int i = 0; i < buckets.length; i++) {
            if (buckets[i] > 0) {
                buckets[i]--;
                return;
            }
        }
    }

    /**
     * Returns the time until a retry is allowed.
     *
     * @return 0 if a retry is allowed now; otherwise the nanoseconds after which to call this
     *     method again, at most a tenth of the window
     */
    long waitNanos(long nowNanos) {
        moveTo(nowNanos);
        return mayRetry() ? 0 : Math.max(1, bucketStart + bucketNanos - nowNanos);
    }

    private boolean mayRetry() {
        double most = floor + (sum(calls) + 1) * percent / PERCENT;
        return percent >= UNLIMITED_PERCENT || sum(retries) + 1 <= most;
    }

    private void moveTo(long nowNanos) {
        long steps = (nowNanos - bucketStart) / bucketNanos;
        if (steps > 0) {
            age(calls, steps);
            age(retries, steps);
            bucketStart += steps * bucketNanos;
        }
    }

    private static void age(long[] buckets, long steps) {
        int by = (int) Math.min(steps, buckets.length);
        System.arraycopy(buckets, 0, buckets, by, buckets.length - by);
        Arrays.fill(buckets, 0, by, 0);
    }

    private static long sum(long[] buckets) {
        long sum = 0;
        for (long bucket : buckets) {
            sum += bucket;
        }
        return sum;
    }
}
