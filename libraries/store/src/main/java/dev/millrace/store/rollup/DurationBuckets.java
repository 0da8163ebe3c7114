package dev.millrace.store.rollup;

/**
 * The histogram of call durations in rollups. Bucket 0 holds durations up to 32 ms; the upper bound
 * of each later bucket is √2 times the previous bound; the last bucket has no upper bound. The
 * counts of a bucket can be added, which merges the histograms of several rollups.
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
