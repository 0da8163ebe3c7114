package dev.millrace.router.semantic;

import dev.millrace.configuration.RouterConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.router.cache.LookupDecisions;
import dev.millrace.router.cache.SimilarAnswers;
import dev.millrace.router.cache.key.CacheKeys;
import dev.millrace.router.feature.FeatureOption;
import dev.millrace.router.feature.RouterFeature;
import dev.millrace.router.plan.PlanAddition;
import dev.millrace.router.plan.ServiceableModels;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers similar questions with one call. Plugs into the cache, and needs it. */
public final class SemanticCache implements RouterFeature, SimilarAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(SemanticCache.class);

    private final CacheKeys keys;
    private final IntFunction<SimilarLimits> limits;
    private final QuestionEmbedder embedder;
    private final QuestionMetrics metrics;

    /**
     * @param limits returns the limits of one task, for a number of tasks
     */
    SemanticCache(
            CacheKeys keys,
            IntFunction<SimilarLimits> limits,
            QuestionEmbedder embedder,
            QuestionMetrics metrics) {
        this.keys = keys;
        this.limits = limits;
        this.embedder = embedder;
        this.metrics = metrics;
    }

    /** Returns the feature; the first question starts its thread. */
    public static SemanticCache start(RouterConfig config, MeterRegistry registry) {
        var semantic = config.semanticCache();
        warnOfLowThreshold(semantic.threshold());
        var metrics = new QuestionMetrics(registry);
        return new SemanticCache(
                CacheKeys.of(config.cache()),
                partitions -> SimilarLimits.of(semantic, partitions),
                new EmbeddingThread(metrics),
                metrics);
    }

    private static void warnOfLowThreshold(double threshold) {
        if (threshold < RouterConfig.SemanticCache.SAFE_THRESHOLD) {
            LOG.atWarn()
                    .addKeyValue("threshold", threshold)
                    .log(
                            "router.semantic_cache.threshold is below 0.95: jobs with \"cache\":"
                                    + " \"semantic\" may get wrong answers; measure it with"
                                    + " millrace cache evaluate");
        }
    }

    @Override
    public Set<FeatureOption> options() {
        return Set.of(FeatureOption.SEMANTIC);
    }

    @Override
    public PlanAddition planning(ServiceableModels models, ToIntFunction<Model> maxRecordBytes) {
        return new Namespaces(keys);
    }

    @Override
    public Task open(LookupDecisions lookups, int partitions) {
        return new SimilarLookups(lookups, limits.apply(partitions), embedder, metrics);
    }

    @Override
    public void close() {
        embedder.close();
    }
}
