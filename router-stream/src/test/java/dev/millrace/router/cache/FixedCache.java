package dev.millrace.router.cache;

import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.cache.key.CacheKeys;
import dev.millrace.router.feature.RouterContext;
import dev.millrace.router.feature.TaskStep;
import dev.millrace.router.topology.RouterDriver;
import java.time.Duration;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/** Makes the small cache of a {@link RouterDriver}. */
public final class FixedCache {
    private FixedCache() {}

    /**
     * Returns the cache of a driver.
     *
     * @param similar the feature that answers similar questions, or none
     */
    public static Caching of(Topics topics, RouterDriver router, SimilarAnswers... similar) {
        var metrics = new CacheMetrics(router.meters);
        SimilarAnswers semantic = Stream.of(similar).findFirst().orElse(SimilarAnswers.NONE);
        return new Caching(
                topics,
                new CacheKeys(CacheMode.NONE, false),
                metrics,
                _ -> context(router, metrics, semantic));
    }

    private static CacheContext context(
            RouterDriver router, CacheMetrics metrics, SimilarAnswers similar) {
        return new CacheContext(
                new CacheLimits(RouterDriver.TTL, Duration.ZERO, 100, 1 << 20, 1 << 20),
                similar,
                1,
                metrics,
                () -> router.lookupsTopic,
                () -> Uuid.ONE_UUID);
    }

    /** Returns a new step of the cache, outside of the driver's topology. */
    static TaskStep step(RouterDriver router) {
        RouterContext context = router.routerContext();
        CacheContext cache = context(router, new CacheMetrics(router.meters), SimilarAnswers.NONE);
        return new TaskStep(
                context.backlog(),
                step -> new CacheStep(context, RouterDriver.TOPICS, cache, step));
    }
}
