package dev.millrace.sink.store;

/** Finds percentiles by nearest rank among durations that come in ascending order. */
final class Ranks {
    private final long total;
    private final long p50Rank;
    private final long p95Rank;
    private long seen;
    private long p50;
    private long p95;
    private long max;

    /** Expects so many durations. */
    Ranks(long total) {
        this.total = total;
        this.p50Rank = Math.ceilDiv(total * 50, 100L);
        this.p95Rank = Math.ceilDiv(total * 95, 100L);
    }

    /** A duration, not below the one before, that was met so many times. */
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
