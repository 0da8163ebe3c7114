package dev.millrace.configuration.loading;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.ModelOverlay;
import dev.millrace.yaml.document.NodeLocator;
import dev.millrace.yaml.problem.Violation;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The section {@code models} of a file: overlays the user's models on the models shipped with
 * Millrace and the models of other files.
 *
 * @param locator the file, which receives the problems
 * @param base models by name, to which the file adds and which it changes
 * @param overlays the entries of the section
 */
record ModelsSection(
        NodeLocator locator, Map<String, Model> base, Map<String, ModelOverlay> overlays) {
    /** Returns the models that ship with Millrace, by name. */
    static Map<String, Model> shipped() {
        var models = new LinkedHashMap<String, Model>();
        Catalog.shipped().models().forEach(model -> models.put(model.name(), model));
        return models;
    }

    /**
     * Returns the base models overlaid with the user's, then the user's new models in file order.
     */
    Map<String, Model> models() {
        var models = new LinkedHashMap<>(base);
        overlays.forEach(
                (name, overlay) ->
                        overlay(name, overlay, models).ifPresent(it -> models.put(name, it)));
        return models;
    }

    private Optional<Model> overlay(String name, ModelOverlay overlay, Map<String, Model> models) {
        var shipped = models.get(name);
        try {
            return shipped == null ? newModel(name, overlay) : Optional.of(overlay.over(shipped));
        } catch (Violation violation) {
            locator.report(violation.expected(), "models", name, violation.key());
            return Optional.ofNullable(shipped);
        }
    }

    private Optional<Model> newModel(String name, ModelOverlay overlay) {
        requireKey(name, "provider", "is required: the name of one of the providers");
        requireKey(name, "price", "is required: input and output in US dollars per million tokens");
        return overlay.asNew(name);
    }

    private void requireKey(String model, String key, String expected) {
        if (locator.find("models", model, key).isEmpty()) {
            locator.report(expected, "models", model, key);
        }
    }

    /** Reports each conflict between models that are valid on their own. */
    void reportConflicts(Collection<Model> models) {
        for (var problem : Catalog.problemsOf(models)) {
            // A chain can name a model that is missing here only because its own section is
            // invalid.
            if (locator.problems().isEmpty() || !problem.key().equals("fallback")) {
                locator.report(problem.expected(), "models", problem.model(), problem.key());
            }
        }
    }
}
