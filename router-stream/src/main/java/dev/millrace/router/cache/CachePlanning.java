package dev.millrace.router.cache;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.policy.RuleCache;
import dev.millrace.router.cache.key.CacheKeys;
import dev.millrace.router.plan.PlanAddition;
import java.util.Optional;

/**
 * Gives jobs their cache keys while they are planned. Thread-safe.
 *
 * @param cacheKeys of jobs, unless a rule decides
 * @param onBypass runs for each job that asks for a cached answer and has no cache key
 */
public record CachePlanning(CacheKeys cacheKeys, Runnable onBypass) implements PlanAddition {
    @Override
    public JobHeaders headers(
            JobHeaders job, RequestLine line, Model model, Optional<RuleCache> rule) {
        CacheKeys keys = rule.map(cacheKeys::of).orElse(cacheKeys);
        Optional<String> key = keys.keyOf(job.tenant(), line, model, job.maxOutputTokens());
        // A part of a document is counted with its parent.
        if (key.isEmpty() && job.parent() == null && keys.isWanted(line)) {
            onBypass.run();
        }
        return key.map(job::withCacheKey).orElse(job);
    }
}
