package dev.millrace.standalone.cli.cluster;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.standalone.cli.options.ClusterOptions;
import dev.millrace.standalone.cli.options.NameOptions;
import dev.millrace.standalone.console.UserError;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that select a budget. */
final class BudgetTarget {
    @Option(
            names = "--tenant",
            paramLabel = "NAME",
            description = "The budget of this tenant; with --batch, the batch's tenant.")
    private @Nullable String tenant;

    @Option(
            names = "--batch",
            paramLabel = "NAME",
            description = "The budget of this batch; without --tenant, of the tenant \"default\".")
    private @Nullable String batch;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    ClusterOptions clusterOptions() {
        return clusterOptions;
    }

    /**
     * Returns the control key of the budget's limit.
     *
     * @throws UserError when the options are missing or a name is invalid
     */
    ControlKey.Limit key() {
        if (tenant == null && batch == null) {
            throw UserError.usage("Give --tenant NAME, --batch NAME or both");
        }
        String tenantName = NameOptions.tenant(tenant);
        return batch == null
                ? new ControlKey.TenantLimit(tenantName)
                : new ControlKey.BatchLimit(tenantName, NameOptions.batch(batch));
    }
}
