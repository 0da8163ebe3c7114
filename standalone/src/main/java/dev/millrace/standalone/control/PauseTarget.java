package dev.millrace.standalone.control;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.option.ClusterOptions;
import dev.millrace.standalone.option.NameOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that select the jobs and calls to pause or resume. */
final class PauseTarget {
    @Option(names = "--all", description = "All jobs and calls.")
    private boolean all;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "Only this model, by name or alias.")
    private @Nullable String model;

    @Option(
            names = "--tenant",
            paramLabel = "NAME",
            description = "Only this tenant; with --batch, the batch's tenant.")
    private @Nullable String tenant;

    @Option(
            names = "--batch",
            paramLabel = "NAME",
            description = "Only this batch; without --tenant, of the tenant \"default\".")
    private @Nullable String batch;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    ClusterOptions clusterOptions() {
        return clusterOptions;
    }

    /**
     * Returns the control key of the pause.
     *
     * @throws UserError when the options are missing or contradictory, or the model is unknown
     */
    ControlKey.Pause key() {
        boolean ofJobs = tenant != null || batch != null;
        if ((all ? 1 : 0) + (model != null ? 1 : 0) + (ofJobs ? 1 : 0) != 1) {
            throw UserError.usage(
                    "Give one of --all, --model NAME, --tenant NAME and --batch NAME; only --batch"
                            + " and --tenant may be combined");
        }
        if (ofJobs) {
            return ofJobs();
        }
        return model == null
                ? new ControlKey.PauseAll()
                : new ControlKey.PauseModel(clusterOptions.modelName(model));
    }

    private ControlKey.Pause ofJobs() {
        String tenantName = NameOptions.tenant(tenant);
        return batch == null
                ? new ControlKey.PauseTenant(tenantName)
                : new ControlKey.PauseBatch(tenantName, NameOptions.batch(batch));
    }
}
