package dev.millrace.gateway.figures;

import dev.millrace.store.rollup.DurationBuckets;
import dev.millrace.store.rollup.RollupCounter;
import dev.millrace.store.rollup.RollupSums;

/**
 * Computes percentiles of call durations from the histogram of rollups. Count, average and maximum
 * are exact. A percentile is the geometric mean of the bounds of its bucket, which are at most √2
 * apart: from 32 ms to 524 s it differs by at most 19 % from the nearest-rank percentile.
 */
final class BucketPercentiles {
    private final RollupSums sums;
    private final long total;
    private final long maxMs;

    private BucketPercentiles(RollupSums sums) {
        this.sums = sums;
        long calls = 0;
        for (int bucket = 0; bucket < DurationBuckets.COUNT; bucket++) {
            calls += sums.calls(bucket);
        }
        this.total = calls;
        this.maxMs = sums.slowestMs();
    }

    /** Returns the percentiles of the last calls in the sums. */
    public static Percentiles of(RollupSums sums) {
        return new BucketPercentiles(sums).percentiles();
    }

    private Percentiles percentiles() {
        long called = sums.count(RollupCounter.CALLED_REQUESTS);
        return new Percentiles(
                called,
                called == 0 ? 0 : sums.count(RollupCounter.UPSTREAM_MS) / called,
                percentile(50),
                percentile(95),
                percentile(99),
                maxMs);
    }

    private long percentile(int percent) {
        long rank = Math.ceilDiv(total * percent, 100L);
        if (rank == total) {
            return maxMs;
        }
        long seen = 0;
        int bucket = -1;
        while (seen < rank) {
            bucket++;
            seen += sums.calls(bucket);
        }
        double upper = Math.min(DurationBuckets.upperBoundMs(bucket), maxMs);
        return Math.round(Math.sqrt(Math.max(1, lowerBoundMs(bucket)) * upper));
    }

    private static long lowerBoundMs(int bucket) {
        return bucket == 0 ? 0 : DurationBuckets.upperBoundMs(bucket - 1);
    }
}
