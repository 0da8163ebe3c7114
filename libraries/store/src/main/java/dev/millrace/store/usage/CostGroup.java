package dev.millrace.store.usage;

import dev.millrace.contracts.money.TokenUsage;
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
 * @param jobs number of finished jobs
 * @param cachedJobs number of finished jobs answered without a call
 * @param attempts number of attempts that were billed, or possibly billed
 * @param usage tokens of the counted attempts
 * @param costUsd cost of billed attempts
 * @param uncertainUsd known cost of attempts that were possibly billed
 * @param savedUsd cost of avoided calls
 */
public record CostGroup(
        List<@Nullable String> key,
        long jobs,
        long cachedJobs,
        long attempts,
        TokenUsage usage,
        BigDecimal costUsd,
        BigDecimal uncertainUsd,
        BigDecimal savedUsd) {
    public CostGroup {
        key = Collections.unmodifiableList(new ArrayList<>(key));
    }

    /** Returns the share of finished jobs that were answered without a call; 0 without jobs. */
    public double cacheHitRate() {
        return jobs == 0 ? 0 : (double) cachedJobs / jobs;
    }

    /** Returns true if this group follows a key in the order of groups. */
    public boolean isAfter(List<@Nullable String> other) {
        return CostReader.compareKeys(key, other) > 0;
    }
}
