package dev.millrace.contracts.config;

import dev.millrace.contracts.Violation;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.ModelOverlay;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.yaml.Places;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the sections of one file together: the user's models over the shipped ones, and what must
 * hold between sections.
 */
final class Assembly {
    private final String origin;
    private final Places places;
    private final MillraceKeys keys;
    private final HeapShare heap;

    Assembly(String origin, Places places, MillraceKeys keys, HeapShare heap) {
        this.origin = origin;
        this.places = places;
        this.keys = keys;
        this.heap = heap;
    }

    /** The whole configuration; empty if its models do not go together. */
    Optional<MillraceConfig> config() {
        var models = models();
        new References(places, keys, models.values()).check();
        for (var problem : Catalog.problemsOf(models.values())) {
            // A chain may name a model that is only missing here because its own section is wrong.
            if (places.problems().isEmpty() || !problem.key().equals("fallback")) {
                places.report(problem.expected(), "models", problem.model(), problem.key());
            }
        }
        return places.problems().isEmpty()
                ? Optional.of(config(Catalog.of(models.values())))
                : Optional.empty();
    }

    private MillraceConfig config(Catalog catalog) {
        return new MillraceConfig(
                origin,
                keys.kafka(),
                keys.topics(),
                keys.requestTopics().isEmpty()
                        ? Map.of(keys.topics().prefix() + "requests", RequestTopicConfig.OPEN)
                        : keys.requestTopics(),
                keys.providers(),
                keys.limits(),
                catalog,
                worker(),
                keys.router(),
                withDefault(keys.policies(), RouterConfig.DEFAULT.defaultPolicy(), Policy.SHIPPED),
                withDefault(keys.tenants(), TenantConfig.DEFAULT_NAME, TenantConfig.DEFAULT),
                withDefault(keys.batches(), BatchConfig.DEFAULT_NAME, BatchConfig.DEFAULT),
                keys.sink(),
                keys.metrics());
    }

    /**
     * Returns the worker's settings. Where the file is silent, the heap bounds what is held, and
     * running calls may end however long a call may take.
     */
    private WorkerConfig worker() {
        WorkerConfig worker = keys.worker();
        return worker.withDerived(
                says("max_in_flight") ? worker.maxInFlight() : heap.maxInFlight(),
                says("max_held_bytes") ? worker.maxHeldBytes() : heap.maxHeldBytes(),
                says("drain_timeout") ? worker.drainTimeout() : worker.timeouts().total());
    }

    private boolean says(String keyOfWorker) {
        return places.find("worker", keyOfWorker).isPresent();
    }

    /**
     * The shipped models with the user's over them, then the user's own, in the order of the file.
     */
    private Map<String, Model> models() {
        var models = new LinkedHashMap<String, Model>();
        Catalog.shipped().models().forEach(model -> models.put(model.name(), model));
        keys.models()
                .forEach(
                        (name, overlay) ->
                                overlaid(name, overlay, models)
                                        .ifPresent(it -> models.put(name, it)));
        return models;
    }

    private Optional<Model> overlaid(String name, ModelOverlay overlay, Map<String, Model> below) {
        var shipped = below.get(name);
        try {
            return shipped == null ? added(name, overlay) : Optional.of(overlay.over(shipped));
        } catch (Violation violation) {
            places.report(violation.expected(), "models", name, violation.key());
            return Optional.ofNullable(shipped);
        }
    }

    private Optional<Model> added(String name, ModelOverlay overlay) {
        requireKey(name, "provider", "must be there: the name of one of the providers");
        requireKey(
                name, "price", "must be there: input and output in US dollars per million tokens");
        return overlay.asNew(name);
    }

    private void requireKey(String model, String key, String expected) {
        if (places.find("models", model, key).isEmpty()) {
            places.report(expected, "models", model, key);
        }
    }

    private static <V> Map<String, V> withDefault(Map<String, V> given, String name, V value) {
        var all = new LinkedHashMap<>(given);
        all.putIfAbsent(name, value);
        return all;
    }
}
