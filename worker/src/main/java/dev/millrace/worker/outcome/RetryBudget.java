package dev.millrace.worker.outcome;

import java.time.Duration;
import java.util.Arrays;

/**
 * How many of a model's calls may be retries, so that a provider in trouble is not given more work
 * than in good times. In each window that ends with a retry,
 *
 * <pre>  retries ≤ floor + ratio × calls      all calls, the retries included</pre>
 *
 * <p>Counted in tenths of the window. For retries one tenth more is looked at, so that the window
 * is covered wherever it begins. Belongs to the loop's thread; times are of its ticker, which may
 * overflow.
 */
public final class RetryBudget {
    /**
     * Retries that are always allowed. When only retries are left, nothing else would ever make
     * room for them; and one a second is less than what any provider takes for an attack.
     */
    static final int FLOOR_PER_SECOND = 1;

    private static final int WINDOW_BUCKETS = 10;
    private static final double UNLIMITED_PERCENT = 100;
    private static final double PERCENT = 100;

    private final double percent;
    private final long floor;
    private final long bucketNanos;

    /** By age: the first is of the tenth that is not over yet. */
    private final long[] calls = new long[WINDOW_BUCKETS];

    private final long[] retries = new long[WINDOW_BUCKETS + 1];
    private long bucketStart;

    /**
     * @param percent of the calls, 0 to 100; with 100 there is no limit
     * @param window over which they are counted, longer than 0
     * @param nowNanos where the ticker stands
     */
    public RetryBudget(double percent, Duration window, long nowNanos) {
        this.percent = percent;
        this.floor = Math.max(1, window.toSeconds() * FLOOR_PER_SECOND);
        this.bucketNanos = Math.ceilDiv(window.toNanos(), WINDOW_BUCKETS);
        this.bucketStart = nowNanos;
    }

    /**
     * A call is made. A retry counts also when it was made without asking.
     *
     * @param isRetry whether an earlier attempt of its job has failed
     */
    public void onCall(long nowNanos, boolean isRetry) {
        moveTo(nowNanos);
        calls[0]++;
        retries[0] += isRetry ? 1 : 0;
    }

    /**
     * Takes back the latest call: it was counted and has not been sent.
     *
     * @param isRetry whether it was counted as a retry
     */
    public void onWithdrawn(long nowNanos, boolean isRetry) {
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
     * When a retry may be made.
     *
     * @return 0 when it may now; else after how many nanoseconds it is worth asking again: at most
     *     a tenth of the window
     */
    public long waitNanos(long nowNanos) {
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
