package dev.millrace.standalone.cli.control;

import dev.millrace.contracts.control.PolicyReader;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.control.PolicyChange;
import dev.millrace.standalone.control.PolicyDecisions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace policy diff}: what {@code apply} would change. */
@Command(
        name = "diff",
        sortOptions = false,
        description = "Says what \"policy apply\" would change, and changes nothing.",
        footer = {
            "",
            "Exit code: 0 nothing would change, 3 something would, 2 wrong usage or a policy that"
                    + " would be refused, 1 anything else."
        })
final class PolicyDiffCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "FILE",
            description = "A file with a policies block; a whole configuration will do.")
    private Path file = Path.of("");

    @Option(names = "--json", description = "Print the changes as JSON.")
    private boolean json;

    @Mixin private ClusterChoice clusterChoice = new ClusterChoice();

    PolicyDiffCommand() {}

    @Override
    public Integer call() {
        var wanted = PolicyReader.load(file, clusterChoice.catalog());
        var state = clusterChoice.cluster().read();
        var changes =
                PolicyDecisions.apply(
                                state, wanted, clusterChoice.policies(), ClusterChoice.stamp(null))
                        .result();
        var out = Terminal.system().out();
        if (json) {
            ChangeReport.printJson(changes, out);
        } else {
            ChangeReport.print(changes, out);
        }
        return changes.stream().anyMatch(PolicyChange::isChange)
                ? ExitCode.SOME_FAILED
                : ExitCode.OK;
    }
}
