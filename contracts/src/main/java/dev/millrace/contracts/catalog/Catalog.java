package dev.millrace.contracts.catalog;

import dev.millrace.contracts.Violation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All models that jobs can name, in the order of the file. */
public final class Catalog {
    private final List<Model> models;
    private final Map<String, Model> owners;
    private final String version;

    private Catalog(List<Model> models, Map<String, Model> owners) {
        this.models = models;
        this.owners = owners;
        this.version = CatalogVersion.of(models);
    }

    /**
     * A catalog of these models.
     *
     * @throws Violation if they do not go together; {@link #problemsOf} tells all the reasons
     */
    public static Catalog of(Collection<Model> models) {
        var owners = owners(models);
        for (var problem : CatalogRules.check(models, owners)) {
            throw new Violation(
                    "models." + problem.model() + "." + problem.key(), problem.expected());
        }
        return new Catalog(List.copyOf(models), owners);
    }

    /**
     * Every reason why these models do not go together: a name or alias that is taken twice, a
     * fallback chain that names an unknown model, its own model, or a model twice.
     */
    public static List<CatalogProblem> problemsOf(Collection<Model> models) {
        return CatalogRules.check(models, owners(models));
    }

    /** The models that come with Millrace. */
    public static Catalog shipped() {
        return ShippedCatalog.CATALOG;
    }

    /** All models, in the order of the file. */
    public List<Model> models() {
        return models;
    }

    /** The model of that name or alias; upper and lower case differ. */
    public Optional<Model> find(String nameOrAlias) {
        return Optional.ofNullable(owners.get(nameOrAlias));
    }

    /**
     * Returns the name of the model that a name or an alias stands for; the given text when it
     * stands for none.
     */
    public String nameOf(String nameOrAlias) {
        Model model = owners.get(nameOrAlias);
        return model == null ? nameOrAlias : model.name();
    }

    /**
     * What to try when this model cannot answer, first choice first; the model itself is not part
     * of it.
     */
    public List<Model> fallbackChainOf(Model model) {
        List<Model> chain = new ArrayList<>(model.fallback().size());
        for (String link : model.fallback()) {
            find(link).ifPresent(chain::add);
        }
        return Collections.unmodifiableList(chain);
    }

    /**
     * Twelve hex digits that stand for the content: equal for equal models in equal order, on any
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

    /** Who answers to a name: names go before aliases, and the first one wins. */
    private static Map<String, Model> owners(Collection<Model> models) {
        var owners = new HashMap<String, Model>();
        models.forEach(model -> owners.putIfAbsent(model.name(), model));
        models.forEach(model -> model.aliases().forEach(alias -> owners.putIfAbsent(alias, model)));
        return owners;
    }
}
