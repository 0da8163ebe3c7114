package dev.millrace.standalone.cli;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.loading.ConfigLoader;
import dev.millrace.standalone.cli.control.ClusterChoice;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.status.Status;
import dev.millrace.standalone.status.StatusJson;
import dev.millrace.standalone.status.StatusReader;
import dev.millrace.standalone.status.StatusText;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace status}: what waits, who works, and which policies are in force. */
@Command(
        name = "status",
        description =
                "Says what waits for each model, who works, which policies, ramps, tripped guards"
                        + " and pauses are in force, and which tenants are ahead of their pace.",
        footer = {
            "",
            "Exit code: 0 the cluster has answered, 2 wrong usage or configuration, 1 anything"
                    + " else."
        })
final class StatusCommand implements Callable<Integer> {
    @Mixin private ClusterChoice clusterChoice = new ClusterChoice();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    StatusCommand() {}

    @Override
    public Integer call() {
        MillraceConfig config = clusterChoice.config().orElseGet(ConfigLoader::defaults);
        Status status = new StatusReader(clusterChoice.cluster(), config, System::nanoTime).read();
        var out = Terminal.system().out();
        if (asJson) {
            out.println(StatusJson.of(status));
        } else {
            StatusText.of(status).forEach(out::println);
        }
        return ExitCode.OK;
    }
}
