package dev.millrace.store.rollup;

/**
 * The histogram of call durations in rollups. Bucket 0 holds durations up to 32 ms; the upper bound
 * of each further bucket is √2 times the previous one; the last bucket has no upper bound. Counts
 * of the same bucket can be added, so that histograms of several rollups can be merged.
 */
public final class DurationBuckets {
    /** Number of buckets. The last one begins at about 524 s. */
    public static final int COUNT = 30;

    private static final double FIRST_BOUND_MS = 32;
    private static final long[] UPPER_BOUNDS_MS = upperBounds();

    private DurationBuckets() {}

    private static long[] upperBounds() {
        var bounds = new long[COUNT];
        for (int i = 0; i < COUNT - 1; i++) {
            bounds[i] = Math.round(FIRST_BOUND_MS * Math.pow(2, i / 2.0));
        }
        bounds[COUNT - 1] = Long.MAX_VALUE;
        return bounds;
    }

    /** Returns the bucket of a duration in milliseconds. */
    public static int of(long millis) {
        int bucket = 0;
        while (millis > UPPER_BOUNDS_MS[bucket]) {
            bucket++;
        }
        return bucket;
    }

    /** Returns the longest duration in a bucket; {@link Long#MAX_VALUE} for the last bucket. */
    public static long upperBoundMs(int bucket) {
        return UPPER_BOUNDS_MS[bucket];
    }

    /** Returns the column of a bucket in the table of rollups. */
    public static String column(int bucket) {
        return "calls_%02d".formatted(bucket);
    }
}
