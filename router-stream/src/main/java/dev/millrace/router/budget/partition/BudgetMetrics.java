package dev.millrace.router.budget.partition;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.math.BigDecimal;

/**
 * Counts for the budgets of all partitions of this process. Thread-safe. After an aborted
 * transaction, a record is processed and counted again.
 */
public final class BudgetMetrics {
    private final Counter resumed;
    private final Counter lost;
    private final Counter lostUsd;

    public BudgetMetrics(MeterRegistry registry) {
        resumed = counter(registry, "resumed", "Jobs that waited for money of a budget and got it");
        lost = counter(registry, "lost", "Lost jobs whose reserved money was charged");
        lostUsd = counter(registry, "lost.usd", "Reserved money of lost jobs");
    }

    private static Counter counter(MeterRegistry registry, String name, String what) {
        return Counter.builder("millrace.router.budget." + name)
                .description(what)
                .register(registry);
    }

    /** Counts a parked job that continues. */
    public void onResumed() {
        resumed.increment();
    }

    /** Counts a lost job. */
    public void onLost(BigDecimal chargedUsd) {
        lost.increment();
        lostUsd.increment(chargedUsd.doubleValue());
    }
}
