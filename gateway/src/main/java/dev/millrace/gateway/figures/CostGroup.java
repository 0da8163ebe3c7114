package dev.millrace.gateway.figures;

import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.money.Usd;
import dev.millrace.store.rollup.RollupCounter;
import dev.millrace.store.rollup.RollupSums;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The exact costs of a group of jobs.
 *
 * @param key value of each dimension, in the order of the question; null for none, such as the
 *     model of a job that ended before a model was selected
 * @param sums sums over the cost events of the group; must not change any more
 */
public record CostGroup(List<@Nullable String> key, RollupSums sums) {
    public CostGroup {
        key = Collections.unmodifiableList(new ArrayList<>(key));
    }

    /** Returns the number of finished jobs. */
    public long jobs() {
        return sums.count(RollupCounter.REQUESTS);
    }

    /** Returns the number of jobs that ended with an error. */
    public long errors() {
        return sums.count(RollupCounter.FAILURES);
    }

    /** Returns the number of finished jobs answered without a call. */
    public long cachedJobs() {
        return sums.count(RollupCounter.SAVED_EVENTS);
    }

    /** Returns the share of finished jobs that were answered without a call; 0 without jobs. */
    public double cacheHitRate() {
        return jobs() == 0 ? 0 : (double) cachedJobs() / jobs();
    }

    /** Returns the number of attempts that were billed, or possibly billed. */
    public long attempts() {
        return sums.count(RollupCounter.BILLED_EVENTS) + sums.count(RollupCounter.UNCERTAIN_EVENTS);
    }

    /** Returns the tokens of the counted attempts. */
    public TokenUsage usage() {
        return new TokenUsage(
                sums.count(RollupCounter.INPUT_TOKENS),
                sums.count(RollupCounter.CACHED_INPUT_TOKENS),
                sums.count(RollupCounter.CACHE_WRITE_TOKENS),
                sums.count(RollupCounter.CACHE_WRITE_1H_TOKENS),
                sums.count(RollupCounter.OUTPUT_TOKENS),
                sums.count(RollupCounter.REASONING_TOKENS));
    }

    /** Returns the cost of billed attempts. */
    public BigDecimal costUsd() {
        return Usd.normalised(sums.billedUsd());
    }

    /** Returns the known cost of attempts that were possibly billed. */
    public BigDecimal uncertainUsd() {
        return Usd.normalised(sums.uncertainUsd());
    }

    /** Returns the cost of billed attempts at the catalog's prices. */
    public BigDecimal catalogUsd() {
        return Usd.normalised(sums.catalogUsd());
    }

    /** Returns the number of billed attempts for which it was too late for a cheaper tier. */
    public long spilled() {
        return sums.count(RollupCounter.SPILLED);
    }

    /**
     * Returns the cost of avoided calls, and what calls at cheaper service tiers cost less than at
     * the standard tier.
     */
    public BigDecimal savedUsd() {
        return Usd.normalised(sums.savedUsd());
    }

    /**
     * Returns the durations of the last calls of the jobs, with the precision of {@link
     * BucketPercentiles}. Known only of a group by arms.
     */
    public Percentiles latency() {
        return BucketPercentiles.of(sums);
    }

    /** Returns true if this group follows a key in the order of groups. */
    public boolean isAfter(List<@Nullable String> other) {
        return CostReader.compareKeys(key, other) > 0;
    }
}
