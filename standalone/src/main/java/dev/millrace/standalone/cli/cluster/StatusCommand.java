package dev.millrace.standalone.cli.cluster;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.loading.ConfigLoader;
import dev.millrace.standalone.cli.options.ClusterOptions;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.status.PipelineStatus;
import dev.millrace.standalone.status.StatusJson;
import dev.millrace.standalone.status.StatusReader;
import dev.millrace.standalone.status.StatusText;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace status}: shows the state of a running pipeline once. */
@Command(
        name = "status",
        sortOptions = false,
        description =
                "Shows the backlog of each model, the running services, the policies, ramps, tripped"
                        + " guards and pauses in force, the open breakers, the budgets, the use of the"
                        + " limits that workers share, and the tenants ahead of their fair share.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the cluster answered",
            "1:the command failed",
            "2:wrong usage or configuration"
        })
public final class StatusCommand implements Callable<Integer> {
    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    @Override
    public Integer call() {
        MillraceConfig config = clusterOptions.config().orElseGet(ConfigLoader::defaults);
        PipelineStatus status =
                new StatusReader(
                                clusterOptions.client(),
                                config,
                                InstantSource.system(),
                                System::nanoTime)
                        .read();
        var out = Terminal.system().out();
        if (asJson) {
            out.println(StatusJson.of(status));
        } else {
            StatusText.of(status).forEach(out::println);
        }
        return ExitCode.OK;
    }
}
