package dev.millrace.router.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.policy.RuleCache;
import dev.millrace.router.cache.key.CacheKeys;
import dev.millrace.similarity.paraphrase.Wording;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job that looks up an answer.
 *
 * @param isShared whether its rule shares answers between tenants
 * @param key number of the request that it makes, among a few requests
 * @param question its user's question, if it can get the answer to a similar question; otherwise
 *     null
 * @param parent its parent job; null for none
 */
public record Job(
        String name,
        String tenant,
        boolean isShared,
        int key,
        List<String> chain,
        @Nullable Instant deadline,
        Instant submittedAt,
        @Nullable String question,
        @Nullable JobId parent) {
    /** Keys of jobs whose rule decides. */
    public static final CacheKeys KEYS = new CacheKeys(CacheMode.NONE, false);

    /** Creates a job that is no part of another one. */
    public Job(
            String name,
            String tenant,
            boolean isShared,
            int key,
            List<String> chain,
            @Nullable Instant deadline,
            Instant submittedAt,
            @Nullable String question) {
        this(name, tenant, isShared, key, chain, deadline, submittedAt, question, null);
    }

    /** Returns this job as a part of the given job. */
    public Job partOf(JobId of) {
        return new Job(
                name,
                tenant,
                isShared,
                key,
                chain,
                deadline,
                submittedAt,
                question,
                /* parent= */ of);
    }

    /** Creates a job that gets answers to identical requests only. */
    public Job(
            String name,
            String tenant,
            boolean isShared,
            int key,
            List<String> chain,
            @Nullable Instant deadline,
            Instant submittedAt) {
        this(name, tenant, isShared, key, chain, deadline, submittedAt, null);
    }

    /** Creates a job of tenant acme, which shares no answers. */
    public Job(
            String name,
            int key,
            List<String> chain,
            @Nullable Instant deadline,
            Instant submittedAt) {
        this(name, "acme", false, key, chain, deadline, submittedAt);
    }

    public JobId id() {
        return JobId.of(tenant, "batch", name);
    }

    /** Returns the scope of tenants that can get the answer to this job. */
    public String scope() {
        return isShared ? "all" : tenant;
    }

    public String cacheKey() {
        return cacheKey(isShared);
    }

    /** Returns the key with or without sharing between tenants. */
    public String cacheKey(boolean isSharing) {
        return keys(isSharing).keyOf(tenant, request(), model(), null).orElseThrow();
    }

    /** Returns the keys of its rule. */
    public CacheKeys keys() {
        return keys(isShared);
    }

    private CacheKeys keys(boolean isSharing) {
        CacheMode mode = question == null ? CacheMode.EXACT : CacheMode.SEMANTIC;
        return KEYS.of(new RuleCache(Optional.of(mode), Optional.of(isSharing)));
    }

    public RequestLine request() {
        return RequestParser.parse(line()).accepted();
    }

    public Model model() {
        return Model.of(chain.getFirst(), "openai", Price.of("1", "2"));
    }

    /** Returns a number shared by questions of one meaning; 0 without a question. */
    public int meaning() {
        return question == null ? 0 : Set.copyOf(Wording.of(question).content()).hashCode();
    }

    private String message() {
        return question == null ? "" : "{\"role\":\"user\",\"content\":\"" + question + "\"}";
    }

    /** Returns its batch line. */
    public byte[] line() {
        return """
        {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","millrace":{"metadata":{"of":"%s"}},\
        "body":{"model":"small","messages":[%s],"seed":%d}}"""
                .formatted(name, name, message(), key)
                .getBytes(UTF_8);
    }
}
