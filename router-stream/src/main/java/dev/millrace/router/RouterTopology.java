package dev.millrace.router;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.language.OpenNlpLanguageDetector;
import dev.millrace.router.budget.BudgetSnapshot;
import dev.millrace.router.budget.Budgets;
import dev.millrace.router.cache.CachePlanning;
import dev.millrace.router.cache.Caching;
import dev.millrace.router.cache.key.CacheKeys;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.documents.Documents;
import dev.millrace.router.feature.RouterFeature;
import dev.millrace.router.guards.Guards;
import dev.millrace.router.plan.PlanAddition;
import dev.millrace.router.retrieval.Retrieval;
import dev.millrace.router.semantic.Namespaces;
import dev.millrace.router.semantic.SemanticCache;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;

/**
 * Composes the router: the one class that names its features. Without its line here, a feature's
 * folder can be deleted.
 */
public final class RouterTopology {
    private RouterTopology() {}

    /**
     * Returns all features, in the order of a job's way.
     *
     * @param topicIds makes lookups of a topic's id, which can block
     */
    public static List<RouterFeature> features(
            MillraceConfig config,
            Topics topics,
            MeterRegistry registry,
            Function<String, Supplier<Uuid>> topicIds) {
        var semantic = SemanticCache.start(config.router(), registry);
        return List.of(
                new Retrieval(
                        topics.retrievals(),
                        config.topics().keyPartitions(),
                        topicIds.apply(topics.retrievals())),
                new Budgets(config, topics, registry),
                new Documents(
                        topics, config.router().cache(), topicIds.apply(topics.parts()), registry),
                new Guards(config.policies(), config.catalog(), topics, registry),
                Caching.of(config.router().cache(), topics, registry, topicIds, semantic),
                semantic);
    }

    /** Returns the classifier of requests, with the languages that features distinguish. */
    public static Classifier classifier() {
        return Classifier.load(List.of(new OpenNlpLanguageDetector()::language));
    }

    /** Returns what features add to plans that are made without the state of a router. */
    public static List<PlanAddition> planning(MillraceConfig config) {
        var keys = CacheKeys.of(config.router().cache());
        return List.of(
                BudgetSnapshot.planning(config),
                new CachePlanning(keys, () -> {}),
                new Namespaces(keys));
    }
}
