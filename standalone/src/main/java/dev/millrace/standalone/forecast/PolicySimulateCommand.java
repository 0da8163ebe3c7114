package dev.millrace.standalone.forecast;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.option.BatchFileArguments;
import dev.millrace.standalone.option.ConfigOption;
import dev.millrace.standalone.option.PolicyOption;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.Callable;
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
public final class PolicySimulateCommand implements Callable<Integer> {
    @Mixin private BatchFileArguments batchFiles = new BatchFileArguments();

    @Mixin private PolicyOption policyOption = new PolicyOption();

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
                        policyOption.load(config, config.catalog()),
                        Forecast.boundTenant(config),
                        Instant.now(),
                        report)) {
            batchFiles.forEach(forecast::read);
            return forecast.end() ? ExitCode.OK : ExitCode.SOME_FAILED;
        }
    }
}
