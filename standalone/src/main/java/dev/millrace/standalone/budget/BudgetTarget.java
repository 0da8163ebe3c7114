package dev.millrace.standalone.budget;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.gateway.access.GatewayKey;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.option.ClusterOptions;
import dev.millrace.standalone.option.NameOptions;
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

    @Option(
            names = "--key",
            paramLabel = "ID",
            description = "The budget of this API key, by the id that \"keys list\" shows.")
    private @Nullable String key;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    ClusterOptions clusterOptions() {
        return clusterOptions;
    }

    /**
     * Returns the control key of the budget's limit.
     *
     * @throws UserError when the options are missing, a name is invalid or there is no such key
     */
    ControlKey.Limit key() {
        if (key != null) {
            return keyLimit(key);
        }
        if (tenant == null && batch == null) {
            throw UserError.usage("Give --tenant NAME, --batch NAME or both; or --key ID");
        }
        String tenantName = NameOptions.tenant(tenant);
        return batch == null
                ? new ControlKey.TenantLimit(tenantName)
                : new ControlKey.BatchLimit(tenantName, NameOptions.batch(batch));
    }

    /** Returns the limit of a key, which also names the tenant of the key. */
    private ControlKey.Limit keyLimit(String id) {
        if (tenant != null || batch != null) {
            throw UserError.usage("Give --key ID without --tenant and --batch");
        }
        GatewayKey found =
                GatewayKey.find(id, clusterOptions.client().read())
                        .orElseThrow(
                                () -> UserError.usage("There is no API key with the id " + id));
        return new ControlKey.KeyLimit(found.access().tenant(), id);
    }
}
