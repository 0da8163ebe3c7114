package dev.millrace.store.rollup;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.JobEnd;
import java.math.BigDecimal;

/** The exact sums of rollups over some events. Mutable, and used by one thread. */
public final class RollupSums {
    private final long[] counts = new long[RollupCounter.ALL.size()];
    private final long[] calls = new long[DurationBuckets.COUNT];
    private long slowestMs;
    private BigDecimal billedUsd = BigDecimal.ZERO;
    private BigDecimal uncertainUsd = BigDecimal.ZERO;
    private BigDecimal savedUsd = BigDecimal.ZERO;
    private BigDecimal catalogUsd = BigDecimal.ZERO;

    /** Creates sums over no events. */
    public RollupSums() {}

    void add(CostEvent event) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += RollupCounter.ALL.get(i).amountOf(event);
        }
        if (event.kind() == CostKind.UNCERTAIN) {
            uncertainUsd = uncertainUsd.add(event.costUsd());
        } else {
            billedUsd = billedUsd.add(event.costUsd());
            catalogUsd = catalogUsd.add(event.catalogUsd());
        }
        savedUsd = savedUsd.add(event.savedUsd());
        JobEnd end = event.end();
        if (event.isFinal() && end != null && end.attempts() > 0) {
            addCalls(end.times().upstreamMs(), 1);
        }
    }

    /** Adds last calls of one duration to the histogram, but not to the counters. */
    public void addCalls(long upstreamMs, long times) {
        calls[DurationBuckets.of(upstreamMs)] += times;
        slowestMs = Math.max(slowestMs, upstreamMs);
    }

    public void addCount(RollupCounter counter, long amount) {
        counts[RollupCounter.ALL.indexOf(counter)] += amount;
    }

    /** Adds last calls to a bucket of {@link DurationBuckets}. */
    public void addBucket(int bucket, long times) {
        calls[bucket] += times;
    }

    /** Adds money in US dollars. */
    public void addMoney(
            BigDecimal billed, BigDecimal uncertain, BigDecimal saved, BigDecimal catalog) {
        billedUsd = billedUsd.add(billed);
        uncertainUsd = uncertainUsd.add(uncertain);
        savedUsd = savedUsd.add(saved);
        catalogUsd = catalogUsd.add(catalog);
    }

    /** Records that the slowest of the added calls took at least the given time. */
    public void addSlowest(long millis) {
        slowestMs = Math.max(slowestMs, millis);
    }

    /** Adds all sums of the other. */
    public void add(RollupSums other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        for (int i = 0; i < calls.length; i++) {
            calls[i] += other.calls[i];
        }
        addSlowest(other.slowestMs);
        addMoney(other.billedUsd, other.uncertainUsd, other.savedUsd, other.catalogUsd);
    }

    public long count(RollupCounter counter) {
        return counts[RollupCounter.ALL.indexOf(counter)];
    }

    /** Returns the sums in the order of {@link RollupCounter#ALL}. */
    public long[] counts() {
        return counts.clone();
    }

    /** Returns the number of last calls in a bucket of {@link DurationBuckets}. */
    public long calls(int bucket) {
        return calls[bucket];
    }

    /** Returns the duration of the slowest last call, in milliseconds; 0 without calls. */
    public long slowestMs() {
        return slowestMs;
    }

    /** Returns the cost of billed attempts, in US dollars. */
    public BigDecimal billedUsd() {
        return billedUsd;
    }

    /** Returns the known cost of attempts that were possibly billed, in US dollars. */
    public BigDecimal uncertainUsd() {
        return uncertainUsd;
    }

    /**
     * Returns the cost of avoided calls, and what calls at cheaper service tiers cost less than at
     * the standard tier, in US dollars.
     */
    public BigDecimal savedUsd() {
        return savedUsd;
    }

    /** Returns the cost of billed attempts at the catalog's prices, in US dollars. */
    public BigDecimal catalogUsd() {
        return catalogUsd;
    }
}
