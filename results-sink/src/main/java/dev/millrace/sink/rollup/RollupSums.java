package dev.millrace.sink.rollup;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import java.math.BigDecimal;

/** The sums of one rollup over some events. Mutable, and used by one thread. */
public final class RollupSums {
    private final long[] counts = new long[RollupCounter.ALL.size()];
    private final long[] calls = new long[LatencyBuckets.COUNT];
    private BigDecimal costUsd = BigDecimal.ZERO;
    private BigDecimal savedUsd = BigDecimal.ZERO;

    void add(CostEvent event) {
        int i = 0;
        for (RollupCounter counter : RollupCounter.ALL) {
            counts[i++] += counter.amountOf(event);
        }
        costUsd = costUsd.add(event.costUsd());
        savedUsd = savedUsd.add(event.savedUsd());
        JobEnd end = event.end();
        if (event.isFinal() && end != null && end.attempts() > 0) {
            calls[LatencyBuckets.of(end.upstreamMs())]++;
        }
    }

    /** Returns the sums in the order of {@link RollupCounter#ALL}. */
    public long[] counts() {
        return counts.clone();
    }

    /** Returns the number of last calls in a bucket of {@link LatencyBuckets}. */
    public long calls(int bucket) {
        return calls[bucket];
    }

    public BigDecimal costUsd() {
        return costUsd;
    }

    public BigDecimal savedUsd() {
        return savedUsd;
    }
}
