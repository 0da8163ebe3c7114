package dev.millrace.contracts.catalog;

import dev.millrace.yaml.problem.Violation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All models that jobs can name, in file order. */
public final class Catalog {
    private final List<Model> models;
    private final Map<String, Model> modelsByName;
    private final String version;

    private Catalog(List<Model> models, Map<String, Model> modelsByName) {
        this.models = models;
        this.modelsByName = modelsByName;
        this.version = CatalogVersion.of(models);
    }

    /**
     * Creates a catalog of the given models.
     *
     * @throws Violation with the first conflict between the models; {@link #problemsOf} returns all
     *     of them
     */
    public static Catalog of(Collection<Model> models) {
        var modelsByName = modelsByName(models);
        for (var problem : CatalogRules.check(models, modelsByName)) {
            throw new Violation(
                    "models." + problem.model() + "." + problem.key(), problem.expected());
        }
        return new Catalog(List.copyOf(models), modelsByName);
    }

    /**
     * Returns every conflict between the given models: a duplicate name or alias, or a fallback
     * chain that names an unknown model, its own model, or a model twice.
     */
    public static List<CatalogProblem> problemsOf(Collection<Model> models) {
        return CatalogRules.check(models, modelsByName(models));
    }

    /** Returns the models that ship with Millrace. */
    public static Catalog shipped() {
        return ShippedCatalog.CATALOG;
    }

    /** Returns all models, in file order. */
    public List<Model> models() {
        return models;
    }

    /** Finds a model by its name or alias, case-sensitively. */
    public Optional<Model> find(String nameOrAlias) {
        return Optional.ofNullable(modelsByName.get(nameOrAlias));
    }

    /**
     * Returns the name of the model with the given name or alias, or the argument itself if there
     * is no such model.
     */
    public String nameOf(String nameOrAlias) {
        Model model = modelsByName.get(nameOrAlias);
        return model == null ? nameOrAlias : model.name();
    }

    /**
     * Returns the models to try when the given model fails, first choice first, without the model
     * itself.
     */
    public List<Model> fallbackChainOf(Model model) {
        List<Model> chain = new ArrayList<>(model.fallbacks().chain().size());
        for (String link : model.fallbacks().chain()) {
            find(link).ifPresent(chain::add);
        }
        return Collections.unmodifiableList(chain);
    }

    /**
     * Returns a content hash of twelve hex digits: equal for equal models in equal order, on any
     * machine.
     */
    public String version() {
        return version;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Catalog that && models.equals(that.models);
    }

    @Override
    public int hashCode() {
        return models.hashCode();
    }

    @Override
    public String toString() {
        return "Catalog[version="
                + version
                + ", models="
                + models.stream().map(Model::name).toList()
                + "]";
    }

    /**
     * Maps each name and alias to its model. Names win over aliases, earlier models over later
     * ones.
     */
    private static Map<String, Model> modelsByName(Collection<Model> models) {
        var modelsByName = new HashMap<String, Model>();
        models.forEach(model -> modelsByName.putIfAbsent(model.name(), model));
        models.forEach(
                model -> model.aliases().forEach(alias -> modelsByName.putIfAbsent(alias, model)));
        return modelsByName;
    }
}
