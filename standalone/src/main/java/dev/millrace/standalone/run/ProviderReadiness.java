package dev.millrace.standalone.run;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.yaml.problem.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Checks whether a run can call any provider for its jobs. */
final class ProviderReadiness {
    private ProviderReadiness() {}

    /**
     * Checks that some of the jobs can be called. The router rejects the other jobs, each with its
     * reason.
     *
     * @param models names of models and fallbacks, as the input lines spell them
     * @throws ConfigException naming every secret that is not set
     */
    static void requireReady(MillraceConfig config, Set<String> models) {
        var reachable = new ArrayList<Model>();
        for (String name : models) {
            config.catalog()
                    .find(name)
                    .ifPresent(
                            it -> {
                                reachable.add(it);
                                reachable.addAll(config.catalog().fallbackChainOf(it));
                            });
        }
        if (models.contains(RequestLine.AUTO)) {
            reachable.addAll(config.autoModels());
        }
        config.requireAnyInService(reachable);
    }

    /** Returns the names of the models that a line can reach, as the line spells them. */
    static Stream<String> names(RequestLine line) {
        List<String> fallbacks = line.options().fallback();
        return Stream.concat(
                Stream.of(line.model()), fallbacks == null ? Stream.of() : fallbacks.stream());
    }
}
