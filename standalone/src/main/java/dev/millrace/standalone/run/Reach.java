package dev.millrace.standalone.run;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.config.ConfigException;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.job.RequestLine;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which providers the jobs of a file can reach. */
final class Reach {
    private Reach() {}

    /**
     * Checks that every provider that these jobs can reach could be called. A model that nobody
     * knows is the router's to refuse, job by job.
     *
     * @param models as the lines name them
     * @throws ConfigException with every secret that is not set
     */
    static void requireReady(MillraceConfig config, Set<String> models) {
        Set<String> providers =
                models.stream()
                        .flatMap(name -> reached(config, name))
                        .filter(config::isInService)
                        .map(Model::provider)
                        .collect(Collectors.toSet());
        var problems = config.problemsOfProviders(providers);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    private static Stream<Model> reached(MillraceConfig config, String name) {
        List<Model> auto = config.autoChain();
        return name.equals(RequestLine.AUTO)
                ? auto.stream().limit(1)
                : config.catalog().find(name).stream();
    }
}
