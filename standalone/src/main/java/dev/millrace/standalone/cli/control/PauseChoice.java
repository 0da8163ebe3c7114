package dev.millrace.standalone.cli.control;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.reader.problem.Suggestion;
import dev.millrace.standalone.console.UserError;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is paused, or goes on. */
final class PauseChoice {
    @Option(names = "--all", description = "Everything: no job is routed, no call is started.")
    private boolean all;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "Only this model: its jobs wait, and no call of it is started.")
    private @Nullable String model;

    @Mixin private ClusterChoice clusterChoice = new ClusterChoice();

    PauseChoice() {}

    ClusterChoice clusterChoice() {
        return clusterChoice;
    }

    /**
     * The key of the pause.
     *
     * @throws UserError when it is not said what, or nobody knows the model
     */
    ControlKey key() {
        if (all == (model != null)) {
            throw UserError.usage("What? --all, or --model NAME");
        }
        return model == null ? new ControlKey.PauseAll() : new ControlKey.PauseModel(name(model));
    }

    /** Workers know a model by its name alone; without a configuration it may be anyone's. */
    private String name(String given) {
        var catalog = clusterChoice.catalog();
        var known = catalog.find(given).map(Model::name);
        if (known.isEmpty() && clusterChoice.config().isPresent()) {
            List<String> names = catalog.models().stream().map(Model::name).toList();
            throw UserError.usage(
                    "There is no model \"" + given + "\"" + Suggestion.hint(given, names));
        }
        return known.orElse(given);
    }
}
