package dev.millrace.standalone.option;

import dev.millrace.configuration.TenantConfig;
import dev.millrace.contracts.job.Names;
import dev.millrace.standalone.console.UserError;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks the names that the options {@code --tenant} and {@code --batch} give. */
public final class NameOptions {
    private NameOptions() {}

    /**
     * Returns the name of the tenant; without one, the tenant of lines that name none.
     *
     * @throws UserError if the name is not valid
     */
    public static String tenant(@Nullable String given) {
        if (given == null) {
            return TenantConfig.DEFAULT_NAME;
        }
        return checked("--tenant", given, Names.tenantProblem(given));
    }

    /**
     * Returns the name of the batch.
     *
     * @throws UserError if the name is not valid
     */
    public static String batch(String given) {
        return checked("--batch", given, Names.batchProblem(given));
    }

    private static String checked(String option, String given, Optional<String> problem) {
        problem.ifPresent(
                it -> {
                    throw UserError.usage(option + ": the name " + it);
                });
        return given;
    }
}
