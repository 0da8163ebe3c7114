package dev.millrace.standalone.cli.policy;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.control.PolicyReader;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.router.policy.ActivePolicy;
import dev.millrace.standalone.cli.options.BatchFileArguments;
import dev.millrace.standalone.cli.options.ConfigOption;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.forecast.Forecast;
import dev.millrace.standalone.forecast.ForecastReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace policy simulate}: predicts how a policy would route batch files. */
@Command(
        name = "simulate",
        sortOptions = false,
        description =
                "Predicts which model each job of batch files would get, and the cost. Makes no"
                        + " call and needs no broker.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every job would be routed",
            "1:the command failed",
            "2:wrong usage or configuration",
            "3:some jobs would be refused"
        })
final class PolicySimulateCommand implements Callable<Integer> {
    @Mixin private BatchFileArguments batchFiles = new BatchFileArguments();

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description =
                    "Simulate the policies block of this file instead of the configuration's.")
    private @Nullable Path policyFile;

    @Mixin private ConfigOption configOption = new ConfigOption();

    @Option(names = "--simulate", description = "Assume that every catalog model is in service.")
    private boolean simulate;

    @Option(names = "--lines", description = "Also print the routing of each line.")
    private boolean lines;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        MillraceConfig config = configOption.load(simulate);
        var terminal = Terminal.system();
        var report =
                json ? ForecastReport.json(terminal, lines) : ForecastReport.text(terminal, lines);
        try (var forecast =
                new Forecast(
                        config,
                        policy(config),
                        Forecast.boundTenant(config),
                        Instant.now(),
                        report)) {
            batchFiles.forEach(forecast::read);
            return forecast.end() ? ExitCode.OK : ExitCode.SOME_FAILED;
        }
    }

    /** Returns the default policy, from the file given with --policy or from the configuration. */
    private Optional<ActivePolicy> policy(MillraceConfig config) {
        Path source = policyFile;
        if (source == null) {
            return ActivePolicy.configured(config);
        }
        Map<String, Policy> policies = PolicyReader.load(source, config.catalog());
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
