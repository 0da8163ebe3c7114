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
 * What jobs can be planned for.
 *
 * @param catalog all models that a job can name
 * @param endpoints by provider, the urls that it answers; the models of a provider that is missing
 *     are not in service
 */
public record Offer(Catalog catalog, Map<String, Set<Endpoint>> endpoints) {
    public Offer {
        endpoints = Map.copyOf(endpoints);
    }

    /** What a configuration offers. */
    public static Offer of(MillraceConfig config) {
        var endpoints =
                config.providers().entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey, entry -> entry.getValue().endpoints()));
        return new Offer(config.catalog(), endpoints);
    }

    /** The urls that a model answers; none when it is not in service. */
    Set<Endpoint> endpointsOf(Model model) {
        return endpoints.getOrDefault(model.provider(), Set.of());
    }

    /** The names and aliases of the models whose provider is there. */
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
