package dev.millrace.sink.store;

/** Computes nearest-rank percentiles of durations that arrive in ascending order. */
final class PercentileCounter {
    private final long total;
    private final long p50Rank;
    private final long p95Rank;
    private long seen;
    private long p50;
    private long p95;
    private long max;

    /** Creates a counter for the given number of durations. */
    PercentileCounter(long total) {
        this.total = total;
        this.p50Rank = Math.ceilDiv(total * 50, 100L);
        this.p95Rank = Math.ceilDiv(total * 95, 100L);
    }

    /** Adds a duration that occurs the given number of times, not below the previous one. */
    void onDuration(long millis, long times) {
        if (seen < p50Rank) {
            p50 = millis;
        }
        if (seen < p95Rank) {
            p95 = millis;
        }
        max = millis;
        seen += times;
    }

    Percentiles percentiles() {
        return new Percentiles(total, p50, p95, max);
    }
}
