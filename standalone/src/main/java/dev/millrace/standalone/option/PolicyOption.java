package dev.millrace.standalone.option;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.router.policy.ActivePolicy;
import dev.millrace.standalone.console.UserError;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The {@code --policy} option: replaces the default policy of the configuration. */
public final class PolicyOption {
    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "Apply the policies block of this file instead of the configuration's.")
    private @Nullable Path file;

    /**
     * Returns the default policy, from the named file or from the configuration; empty if the
     * configuration has none.
     *
     * @param catalog models that the policies of the file may name
     * @throws UserError when the file does not have the default policy
     */
    public Optional<ActivePolicy> load(MillraceConfig config, Catalog catalog) {
        Path source = file;
        if (source == null) {
            return ActivePolicy.configured(config);
        }
        Map<String, Policy> policies = PolicyFile.load(source, catalog);
        String name = config.router().defaultPolicy();
        Policy policy = policies.get(name);
        if (policy == null) {
            throw UserError.usage(
                    source
                            + " has no policy "
                            + name
                            + " (router.default_policy). Its policies: "
                            + String.join(", ", policies.keySet()));
        }
        return Optional.of(ActivePolicy.of(name, RoutedBy.version(policy), policy));
    }
}
