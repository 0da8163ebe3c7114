package dev.millrace.contracts.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks the rules that hold between the models of a catalog. */
final class CatalogRules {
    private final Map<String, Model> modelsByName;
    private final Set<String> names = new HashSet<>();
    private final List<CatalogProblem> problems = new ArrayList<>();

    private CatalogRules(Map<String, Model> modelsByName) {
        this.modelsByName = modelsByName;
    }

    /** Returns every broken rule; empty if the models form a valid catalog. */
    static List<CatalogProblem> check(Collection<Model> models, Map<String, Model> modelsByName) {
        var rules = new CatalogRules(modelsByName);
        models.forEach(rules::checkNames);
        models.forEach(rules::checkChain);
        return List.copyOf(rules.problems);
    }

    private void checkNames(Model model) {
        if (!names.add(model.name())) {
            add(model, "name", "must be unique, but two models are called " + model.name());
        }
        var seen = new HashSet<String>();
        for (var alias : model.aliases()) {
            var owner = modelsByName.get(alias);
            if (!seen.add(alias)) {
                add(model, "aliases", "must name each alias once, but " + alias + " appears twice");
            } else if (alias.equals(model.name())) {
                add(model, "aliases", "must differ from the model's own name " + alias);
            } else if (owner != null && !owner.name().equals(model.name())) {
                add(
                        model,
                        "aliases",
                        "must be unique, but " + alias + " already refers to " + owner.name());
            }
        }
    }

    private void checkChain(Model model) {
        var seen = new HashSet<String>();
        for (var link : model.fallbacks().chain()) {
            var next = modelsByName.get(link);
            if (next == null) {
                add(
                        model,
                        "fallback",
                        "must name models of the catalog, but " + link + " is not one");
            } else if (next.name().equals(model.name())) {
                add(model, "fallback", "must not contain the model itself");
            } else if (!seen.add(next.name())) {
                add(
                        model,
                        "fallback",
                        "must name each model once, but " + next.name() + " appears twice");
            }
        }
    }

    private void add(Model model, String key, String expected) {
        problems.add(new CatalogProblem(model.name(), key, expected));
    }
}
