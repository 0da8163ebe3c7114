package dev.millrace.router.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.policy.RuleCache;
import dev.millrace.router.cache.key.CacheKeys;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job that looks up an answer.
 *
 * @param isShared whether its rule shares answers between tenants
 * @param key which of a few requests it makes
 */
record Job(
        String name,
        String tenant,
        boolean isShared,
        int key,
        List<String> chain,
        @Nullable Instant deadline,
        Instant submittedAt) {
    /** Keys of jobs whose rule decides. */
    static final CacheKeys KEYS = new CacheKeys(CacheMode.NONE, false);

    /** Creates a job of tenant acme, which shares no answers. */
    Job(String name, int key, List<String> chain, @Nullable Instant deadline, Instant submittedAt) {
        this(name, "acme", false, key, chain, deadline, submittedAt);
    }

    JobId id() {
        return JobId.of(tenant, "batch", name);
    }

    /** Returns who may get the answer to this job. */
    String scope() {
        return isShared ? "all" : tenant;
    }

    String cacheKey() {
        return cacheKey(isShared);
    }

    /** Returns the key with or without sharing between tenants. */
    String cacheKey(boolean isSharing) {
        var rule = new RuleCache(Optional.of(CacheMode.EXACT), Optional.of(isSharing));
        var line = ((ParseResult.Accepted) RequestParser.parse(line())).line();
        Model model = Model.of(chain.getFirst(), "openai", Price.of("1", "2"));
        return KEYS.of(rule).keyOf(tenant, line, model, null).orElseThrow();
    }

    /** Returns its batch line. */
    byte[] line() {
        return """
        {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","millrace":{"metadata":{"of":"%s"}},\
        "body":{"model":"small","messages":[],"seed":%d}}"""
                .formatted(name, name, key)
                .getBytes(UTF_8);
    }
}
