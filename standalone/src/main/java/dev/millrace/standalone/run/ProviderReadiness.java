package dev.millrace.standalone.run;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks whether the providers that the jobs of a run need are configured. */
final class ProviderReadiness {
    private ProviderReadiness() {}

    /**
     * Checks that jobs for the given models can be called. Every provider of a named model must be
     * ready. For {@code auto}, one ready provider is enough, because the router skips rules whose
     * models are not in service. Unknown models are ignored: the router rejects their jobs.
     *
     * @param models names of models, as the input lines spell them
     * @throws ConfigException naming every secret that is not set
     */
    static void requireReady(MillraceConfig config, Set<String> models) {
        Stream<Model> named = models.stream().flatMap(name -> config.catalog().find(name).stream());
        var problems = new ArrayList<>(config.problemsOfProviders(providers(config, named)));
        if (models.contains(RequestLine.AUTO)) {
            problems.addAll(problemsOfAutoModels(config));
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems.stream().distinct().toList());
        }
    }

    /** Returns true if every configured provider can be called. */
    static boolean isEveryProviderReady(MillraceConfig config) {
        return config.problemsOfProviders(config.providers().keySet()).isEmpty();
    }

    /**
     * Returns the problems of all providers for {@code auto}, or none if at least one of them is
     * ready.
     */
    private static List<Problem> problemsOfAutoModels(MillraceConfig config) {
        Set<String> providers = providers(config, config.autoModels().stream());
        boolean isAnyReady =
                providers.stream()
                        .anyMatch(name -> config.problemsOfProviders(Set.of(name)).isEmpty());
        return isAnyReady ? List.of() : config.problemsOfProviders(providers);
    }

    private static Set<String> providers(MillraceConfig config, Stream<Model> models) {
        return models.filter(config::isInService).map(Model::provider).collect(Collectors.toSet());
    }
}
