package dev.millrace.router.semantic;

import dev.millrace.configuration.RouterConfig.SemanticCache.Guard;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.router.cache.CacheWorld;
import dev.millrace.router.cache.Job;
import dev.millrace.similarity.verification.VerificationPolicy;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Optional;

/** One task of the cache that answers similar questions, too. */
final class SemanticWorld extends CacheWorld {
    final FakeEmbedder embedder;

    /** True if all questions are in one namespace, as a deliberate fault. */
    boolean hasOneNamespace;

    SemanticWorld(SimilarLimits limits) {
        this(100, 1 << 20, TURN_JOBS, limits);
    }

    SemanticWorld(long maxEntries, long maxBytes, int turnJobs, SimilarLimits limits) {
        this(maxEntries, maxBytes, turnJobs, limits, new FakeEmbedder(), new SimpleMeterRegistry());
    }

    private SemanticWorld(
            long maxEntries,
            long maxBytes,
            int turnJobs,
            SimilarLimits limits,
            FakeEmbedder embedder,
            MeterRegistry meters) {
        super(
                maxEntries,
                maxBytes,
                turnJobs,
                new SemanticCache(Job.KEYS, _ -> limits, embedder, new QuestionMetrics(meters)),
                meters);
        this.embedder = embedder;
    }

    static SimilarLimits limits(double share, long maxQuestions) {
        return new SimilarLimits(
                VerificationPolicy.of(0.95, share), Guard.STRICT, maxQuestions, TTL);
    }

    /** Returns a job that may get the answer to a similar question. */
    Job asking(String name, String question) {
        return new Job(name, "acme", false, 0, List.of("small"), null, clock.instant(), question);
    }

    @Override
    protected JobHeaders withNamespace(JobHeaders keyed, Job job) {
        JobHeaders named =
                new Namespaces(job.keys())
                        .headers(keyed, job.request(), job.model(), Optional.empty());
        return hasOneNamespace && named.cacheNamespace() != null
                ? keyed.withCacheNamespace("0".repeat(64))
                : named;
    }
}
