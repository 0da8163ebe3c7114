package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.job.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The models of the catalog and the urls that their providers serve.
 *
 * @param catalog all models that a job can name
 * @param endpoints by provider, the urls that it serves; models of other providers are out of
 *     service
 */
public record ServiceableModels(Catalog catalog, Map<String, Set<Endpoint>> endpoints) {
    public ServiceableModels {
        endpoints = Map.copyOf(endpoints);
    }

    /** Returns the models of a configuration. */
    public static ServiceableModels of(MillraceConfig config) {
        var endpoints =
                config.providers().entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey, entry -> entry.getValue().endpoints()));
        return new ServiceableModels(config.catalog(), endpoints);
    }

    /** Returns the urls that a model serves; none when its provider is not configured. */
    Set<Endpoint> endpointsOf(Model model) {
        return endpoints.getOrDefault(model.provider(), Set.of());
    }

    /** Returns the names and aliases of all models with a configured provider. */
    List<String> namesInService() {
        return catalog.models().stream()
                .filter(model -> !endpointsOf(model).isEmpty())
                .<String>mapMulti(
                        (model, out) -> {
                            out.accept(model.name());
                            model.aliases().forEach(out);
                        })
                .toList();
    }
}
