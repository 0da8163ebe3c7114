package dev.millrace.standalone.cli.control;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.control.PolicyReader;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.router.policy.LivePolicy;
import dev.millrace.standalone.cli.choice.ConfigChoice;
import dev.millrace.standalone.cli.choice.FilesChoice;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.forecast.Forecast;
import dev.millrace.standalone.forecast.Output;
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

/** {@code millrace policy simulate}: what a policy would do with batch files. */
@Command(
        name = "simulate",
        sortOptions = false,
        description =
                "Says which model each job of batch files would get and what that would cost. Makes"
                        + " no call and needs no broker.",
        footer = {
            "",
            "Exit code: 0 every job would be sent, 3 some would be refused, 2 wrong usage or"
                    + " configuration, 1 anything else."
        })
final class PolicySimulateCommand implements Callable<Integer> {
    @Mixin private FilesChoice filesChoice = new FilesChoice();

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description =
                    "A file with a policies block, to be tried in place of that of the"
                            + " configuration.")
    private @Nullable Path policyFile;

    @Mixin private ConfigChoice configChoice = new ConfigChoice();

    @Option(names = "--simulate", description = "Take every model of the catalog to be in service.")
    private boolean simulate;

    @Option(names = "--lines", description = "Also say what would become of each line.")
    private boolean lines;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    PolicySimulateCommand() {}

    @Override
    public Integer call() throws IOException {
        MillraceConfig config = configChoice.load(simulate);
        var output = new Output(Terminal.system(), json, lines);
        try (var forecast =
                new Forecast(
                        config,
                        policy(config),
                        Forecast.boundTenant(config),
                        Instant.now(),
                        output.report())) {
            filesChoice.forEach(forecast::read);
            return forecast.end() ? ExitCode.OK : ExitCode.SOME_FAILED;
        }
    }

    /** The default policy of the configuration, or what is to be tried in its place. */
    private Optional<LivePolicy> policy(MillraceConfig config) {
        Path candidate = policyFile;
        if (candidate == null) {
            return LivePolicy.ofFile(config);
        }
        Map<String, Policy> policies = PolicyReader.load(candidate, config.catalog());
        String name = config.router().defaultPolicy();
        Policy policy = policies.get(name);
        if (policy == null) {
            throw UserError.usage(
                    candidate
                            + " has no policy "
                            + name
                            + ", which router.default_policy asks for; it has "
                            + String.join(", ", policies.keySet()));
        }
        return Optional.of(LivePolicy.of(name, RoutedBy.version(policy), policy));
    }
}
