package dev.millrace.contracts.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The models in service, and why a name refers to none of them.
 *
 * @param catalog all models that a job can name
 * @param providers providers that can be called
 * @param off why each other configured provider is off, such as a missing API key
 */
public record ModelNames(Catalog catalog, Set<String> providers, Map<String, String> off) {
    private static final String PRICE_LIST =
            "https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json";

    public ModelNames {
        providers = Set.copyOf(providers);
        off = Map.copyOf(off);
    }

    /** Returns the models in service, in catalog order. */
    public List<Model> models() {
        return catalog.models().stream().filter(this::isInService).toList();
    }

    /** Returns true if the model's provider can be called: it is configured, and not off. */
    public boolean isInService(Model model) {
        return providers.contains(model.provider());
    }

    /** Returns why a name or alias refers to no model in service; empty if it does. */
    public Optional<String> problem(String name) {
        Optional<Model> model = catalog.find(name);
        return model.isPresent()
                ? providerProblem(model.get()).map(it -> outOfService(model.get().name(), it))
                : Optional.of(unknown(name));
    }

    /** Returns why the provider of a model cannot be called; empty if it can. */
    public Optional<String> providerProblem(Model model) {
        String provider = model.provider();
        if (isInService(model)) {
            return Optional.empty();
        }
        String reason = off.get(provider);
        return Optional.of(
                "its provider "
                        + provider
                        + (reason == null ? " is not configured" : " is off: " + reason));
    }

    /**
     * Describes the providers that are off, in one line; empty if none is.
     *
     * @param off the reason of each, by provider name
     */
    public static Optional<String> offText(Map<String, String> off) {
        return off.entrySet().stream()
                .map(it -> it.getKey() + " (" + it.getValue() + ")")
                .sorted()
                .reduce((first, next) -> first + ", " + next)
                .map(it -> "off: " + it);
    }

    /** Explains that a model is out of service for a reason. */
    public static String outOfService(String model, String reason) {
        return "the model " + model + " is not in service: " + reason;
    }

    /**
     * Explains that the catalog has no model of a name. If it has models of the same family, also
     * explains how to add the model.
     */
    public String unknown(String name) {
        String problem = "no model is called \"" + name + "\"" + similar(name);
        return catalog.models().stream()
                .filter(it -> SimilarNames.isOneFamily(name, it.name()))
                .findFirst()
                .map(it -> problem + advice(name, it))
                .orElse(problem);
    }

    /** Describes the models in service with similar names; empty if there is none. */
    public String similar(String name) {
        List<String> names =
                models().stream()
                        .<String>mapMulti(
                                (model, out) -> {
                                    out.accept(model.name());
                                    model.aliases().forEach(out);
                                })
                        .toList();
        return SimilarNames.text(name, names);
    }

    private String advice(String name, Model relative) {
        return "; to add it, download "
                + PRICE_LIST
                + " and run \"millrace catalog import model_prices_and_context_window.json --model "
                + name
                + "\", which prints its entry for millrace.yaml"
                + providerProblem(relative).map(it -> " (" + it + ")").orElse("");
    }
}
