package dev.millrace.router.semantic;

import dev.millrace.configuration.RouterConfig;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.router.cache.key.CacheKeys;
import io.micrometer.core.instrument.MeterRegistry;

/** Makes a semantic cache that embeds questions at once, without a model. */
public final class FixedSemanticCache {
    private FixedSemanticCache() {}

    public static SemanticCache of(MeterRegistry meters) {
        return new SemanticCache(
                new CacheKeys(CacheMode.NONE, false),
                partitions -> SimilarLimits.of(RouterConfig.SemanticCache.DEFAULT, partitions),
                new FakeEmbedder(),
                new QuestionMetrics(meters));
    }
}
