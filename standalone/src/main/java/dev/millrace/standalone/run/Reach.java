package dev.millrace.standalone.run;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.reader.problem.ConfigException;
import dev.millrace.reader.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which providers the jobs of a file can reach. */
final class Reach {
    private Reach() {}

    /**
     * Checks that every provider that these jobs name could be called, and one at least of those
     * that may be chosen for jobs that leave the choice: rules whose models are not in service are
     * passed over. A model that nobody knows is the router's to refuse, job by job.
     *
     * @param models as the lines name them
     * @throws ConfigException with every secret that is not set
     */
    static void requireReady(MillraceConfig config, Set<String> models) {
        Stream<Model> named = models.stream().flatMap(name -> config.catalog().find(name).stream());
        var problems = new ArrayList<>(config.problemsOfProviders(providers(config, named)));
        if (models.contains(RequestLine.AUTO)) {
            problems.addAll(problemsOfChoice(config));
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems.stream().distinct().toList());
        }
    }

    /** Whether nothing keeps any configured provider from being called, whatever the jobs name. */
    static boolean isEveryProviderReady(MillraceConfig config) {
        return config.problemsOfProviders(config.providers().keySet()).isEmpty();
    }

    /** Nothing as soon as one provider is ready. */
    private static List<Problem> problemsOfChoice(MillraceConfig config) {
        Set<String> providers = providers(config, config.autoModels().stream());
        boolean oneIsReady =
                providers.stream()
                        .anyMatch(name -> config.problemsOfProviders(Set.of(name)).isEmpty());
        return oneIsReady ? List.of() : config.problemsOfProviders(providers);
    }

    private static Set<String> providers(MillraceConfig config, Stream<Model> models) {
        return models.filter(config::isInService).map(Model::provider).collect(Collectors.toSet());
    }
}
