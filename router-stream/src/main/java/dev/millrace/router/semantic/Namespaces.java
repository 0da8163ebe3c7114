package dev.millrace.router.semantic;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.policy.RuleCache;
import dev.millrace.router.cache.key.CacheKeys;
import dev.millrace.router.plan.PlanAddition;
import dev.millrace.similarity.prompt.NamespaceKey;
import dev.millrace.similarity.prompt.Prompt;
import dev.millrace.similarity.prompt.PromptReader;
import dev.millrace.similarity.prompt.PromptShape;
import java.util.Optional;

/**
 * Gives jobs that ask a question their namespaces while they are planned. Jobs of one namespace
 * differ only in their questions, so that they can share an answer. Thread-safe.
 *
 * @param cacheKeys of jobs, unless a rule decides
 */
public record Namespaces(CacheKeys cacheKeys) implements PlanAddition {
    /** Adds the namespace, 64 hex digits. A part of a document is no question. */
    @Override
    public JobHeaders headers(
            JobHeaders job, RequestLine line, Model model, Optional<RuleCache> rule) {
        CacheKeys keys = rule.map(cacheKeys::of).orElse(cacheKeys);
        if (job.cacheKey() == null
                || job.parent() != null
                || keys.mode(line) != CacheMode.SEMANTIC) {
            return job;
        }
        return prompt(line)
                .map(
                        prompt ->
                                NamespaceKey.of(
                                        keys.scope(job.tenant()),
                                        line.endpoint().url(),
                                        CacheKeys.call(line, model, job.maxOutputTokens()),
                                        prompt))
                .map(job::withCacheNamespace)
                .orElse(job);
    }

    /**
     * Returns the prompt of a request; empty if it is not a single short question in plain text.
     */
    static Optional<Prompt> prompt(RequestLine line) {
        var endpoint = line.endpoint();
        if (endpoint.acceptsText() || !endpoint.hasMessages()) {
            return Optional.empty();
        }
        var shape =
                new PromptShape(
                        endpoint.promptKey(), endpoint.textPart(), endpoint.instructsByMessages());
        return PromptReader.read(shape, line.bytes(), line.body().start(), line.body().length())
                        instanceof Prompt prompt
                ? Optional.of(prompt)
                : Optional.empty();
    }
}
