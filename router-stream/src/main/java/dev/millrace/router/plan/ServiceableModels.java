package dev.millrace.router.plan;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.ModelNames;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.wire.translate.Translation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The models of the catalog and the urls that their providers serve.
 *
 * @param names all models that a job can name, and why some are out of service
 * @param endpoints the urls that each provider serves; models of other providers are out of service
 * @param translations how jobs reach models of other urls; empty for models of their own url only
 */
public record ServiceableModels(
        ModelNames names, Map<String, Set<Endpoint>> endpoints, List<Translation> translations) {
    public ServiceableModels {
        endpoints = Map.copyOf(endpoints);
        translations = List.copyOf(translations);
    }

    /** Returns the models of a configuration. */
    public static ServiceableModels of(MillraceConfig config, List<Translation> translations) {
        var endpoints =
                config.providers().entrySet().stream()
                        .filter(entry -> !config.off().containsKey(entry.getKey()))
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey, entry -> entry.getValue().endpoints()));
        return new ServiceableModels(config.modelNames(), endpoints, translations);
    }

    /** Returns true when the model's provider is off. */
    boolean isOff(Model model) {
        return names.off().containsKey(model.provider());
    }

    /** Returns all models that a job can name. */
    public Catalog catalog() {
        return names.catalog();
    }

    /** Returns the urls that a model serves; none when its provider is not configured or off. */
    Set<Endpoint> endpointsOf(Model model) {
        return model.urlsAt(offeredFor(model));
    }

    /**
     * Returns the urls that the provider of a model offers, whether the model serves them or not.
     */
    Set<Endpoint> offeredFor(Model model) {
        return endpoints.getOrDefault(model.provider(), Set.of());
    }

    /**
     * Returns the endpoint of a model that is called for jobs of an endpoint: the jobs' endpoint
     * itself, or the endpoint that they are translated for. Returns the jobs' endpoint if the model
     * cannot process them.
     */
    public Endpoint called(Endpoint job, Model model) {
        return translation(job, model).map(Translation::called).orElse(job);
    }

    /** Returns how jobs of an endpoint are translated for a model; empty if they are not. */
    Optional<Translation> translation(Endpoint job, Model model) {
        return Translation.find(translations, job, endpointsOf(model));
    }
}
