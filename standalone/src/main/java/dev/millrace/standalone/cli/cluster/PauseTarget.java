package dev.millrace.standalone.cli.cluster;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.reader.problem.Suggestion;
import dev.millrace.standalone.cli.options.ClusterOptions;
import dev.millrace.standalone.console.UserError;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that select what to pause or resume. */
final class PauseTarget {
    @Option(names = "--all", description = "Everything: no job is routed, no call starts.")
    private boolean all;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "Only this model, by name or alias: its jobs wait, no call starts.")
    private @Nullable String model;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    ClusterOptions clusterOptions() {
        return clusterOptions;
    }

    /**
     * Returns the control key of the pause.
     *
     * @throws UserError when the options are missing or contradictory, or the model is unknown
     */
    ControlKey key() {
        if (all == (model != null)) {
            throw UserError.usage("Give either --all or --model NAME");
        }
        return model == null ? new ControlKey.PauseAll() : new ControlKey.PauseModel(name(model));
    }

    /**
     * Returns the model's name, because workers do not resolve aliases. Accepts an unknown name
     * without a configuration: the pipeline may have models that are not in the shipped catalog.
     */
    private String name(String given) {
        var catalog = clusterOptions.catalog();
        var known = catalog.find(given).map(Model::name);
        if (known.isEmpty() && clusterOptions.config().isPresent()) {
            List<String> names = catalog.models().stream().map(Model::name).toList();
            throw UserError.usage(
                    "There is no model \"" + given + "\"" + Suggestion.hint(given, names));
        }
        return known.orElse(given);
    }
}
