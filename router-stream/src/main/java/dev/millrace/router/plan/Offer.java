package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.ProviderConfig;
import dev.millrace.contracts.config.Wire;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Rule;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What jobs can be planned for.
 *
 * @param catalog all models that a job can name
 * @param endpoints by provider, the urls that it answers; the models of a provider that is missing
 *     are not in service
 * @param auto where jobs go that leave the choice to the router; empty when no policy says so
 */
public record Offer(
        Catalog catalog, Map<String, Set<Endpoint>> endpoints, Optional<AutoRoute> auto) {
    /** Policies have no versions before they can be changed while the router runs. */
    private static final String VERSION = "@v1";

    public Offer {
        endpoints = Map.copyOf(endpoints);
    }

    /** What a configuration offers. */
    public static Offer of(MillraceConfig config) {
        var endpoints =
                config.providers().entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey, entry -> answeredBy(entry.getValue())));
        return new Offer(config.catalog(), endpoints, auto(config));
    }

    private static Set<Endpoint> answeredBy(ProviderConfig provider) {
        if (provider.simulator().isPresent()) {
            return EnumSet.allOf(Endpoint.class);
        }
        var messages = EnumSet.of(Endpoint.MESSAGES);
        return provider.wire() == Wire.ANTHROPIC ? messages : EnumSet.complementOf(messages);
    }

    /** The first rule without a condition that names a model in service. */
    private static Optional<AutoRoute> auto(MillraceConfig config) {
        String name = config.router().defaultPolicy();
        List<Rule> rules = config.policy(name).map(Policy::rules).orElse(List.of());
        for (int i = 0; i < rules.size(); i++) {
            Optional<Model> model = unconditional(rules.get(i), config);
            if (model.isPresent()) {
                String rule = name + "/" + (i + 1) + VERSION;
                return Optional.of(new AutoRoute(model.get().name(), rule));
            }
        }
        return Optional.empty();
    }

    private static Optional<Model> unconditional(Rule rule, MillraceConfig config) {
        return rule.when().isPresent()
                ? Optional.empty()
                : new Policy(List.of(rule))
                        .mayChoose(config.catalog()).stream()
                                .filter(config::isInService)
                                .findFirst();
    }

    /** The urls that a model answers; none when it is not in service. */
    Set<Endpoint> endpointsOf(Model model) {
        return endpoints.getOrDefault(model.provider(), Set.of());
    }
}
