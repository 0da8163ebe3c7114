package dev.millrace.standalone.cache;

import dev.millrace.contracts.control.CachePurge;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.option.NameOptions;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that select cached answers. */
final class PurgeFilter {
    private static final Pattern CACHE_KEY = Pattern.compile("[0-9a-f]{64}");

    /** A policy or another word of {@code routed_by}, a version, or a rule of a version. */
    private static final Pattern ROUTED_BY =
            Pattern.compile("[^@/]+|[^@/]+@[^@/]+|[^@/]+/[1-9]\\d{0,8}@[^@/]+");

    @Option(names = "--all", description = "All answers.")
    private boolean all;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description =
                    "The answer of this cache key, the header millrace-cache-key of its jobs.")
    private @Nullable String key;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "Answers of this model, by name or alias.")
    private @Nullable String model;

    @Option(
            names = "--tenant",
            paramLabel = "NAME",
            description = "Answers to jobs of this tenant.")
    private @Nullable String tenant;

    @Option(
            names = "--policy",
            paramLabel = "ARM",
            description =
                    "Answers to jobs that were routed by this rule, as in routed_by, such as"
                            + " default/3@v7; by this version, such as default@v7; or by any version"
                            + " of this policy.")
    private @Nullable String policy;

    /**
     * Returns the filter.
     *
     * @param modelName returns the catalog name of a model
     * @throws UserError when the options are missing, contradictory or invalid
     */
    CachePurge.Filter filter(UnaryOperator<String> modelName) {
        boolean isSelected = key != null || model != null || tenant != null || policy != null;
        if (all == isSelected) {
            throw UserError.usage(
                    "Give --all, or at least one of --key KEY, --model NAME, --tenant NAME and"
                            + " --policy ARM");
        }
        require(
                key == null || CACHE_KEY.matcher(key).matches(),
                "--key: must be 64 hex digits, was " + key);
        require(
                policy == null || ROUTED_BY.matcher(policy).matches(),
                "--policy: must be a rule as in routed_by, such as default/3@v7, a version such as"
                        + " default@v7, or a policy such as default; was "
                        + policy);
        return new CachePurge.Filter(
                Optional.ofNullable(key),
                Optional.ofNullable(model).map(modelName),
                Optional.ofNullable(tenant).map(NameOptions::tenant),
                Optional.ofNullable(policy));
    }

    /** Returns the filter, or the one for all answers if no option is given. */
    CachePurge.Filter filterOrAll(UnaryOperator<String> modelName) {
        boolean isSelected = key != null || model != null || tenant != null || policy != null;
        return isSelected ? filter(modelName) : CachePurge.Filter.ALL;
    }

    private static void require(boolean isValid, String problem) {
        if (!isValid) {
            throw UserError.usage(problem);
        }
    }
}
