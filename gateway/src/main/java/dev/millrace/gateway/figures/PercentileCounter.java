package dev.millrace.gateway.figures;

/**
 * Computes the average and nearest-rank percentiles of durations that arrive in ascending order.
 */
final class PercentileCounter {
    private final long total;
    private final long p50Rank;
    private final long p95Rank;
    private final long p99Rank;
    private long seen;
    private long p50;
    private long p95;
    private long p99;
    private long sum;
    private long max;

    /** Creates a counter for the given number of durations. */
    public PercentileCounter(long total) {
        this.total = total;
        this.p50Rank = Math.ceilDiv(total * 50, 100L);
        this.p95Rank = Math.ceilDiv(total * 95, 100L);
        this.p99Rank = Math.ceilDiv(total * 99, 100L);
    }

    /** Adds a duration that occurs the given number of times, not below the previous one. */
    public void onDuration(long millis, long times) {
        if (seen < p50Rank) {
            p50 = millis;
        }
        if (seen < p95Rank) {
            p95 = millis;
        }
        if (seen < p99Rank) {
            p99 = millis;
        }
        max = millis;
        sum += millis * times;
        seen += times;
    }

    /** Returns the percentiles of the added durations. */
    public Percentiles percentiles() {
        return new Percentiles(total, total == 0 ? 0 : sum / total, p50, p95, p99, max);
    }
}
