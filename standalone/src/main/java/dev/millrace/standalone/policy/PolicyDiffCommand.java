package dev.millrace.standalone.policy;

import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.control.PolicyChange;
import dev.millrace.standalone.control.PolicyUpdates;
import dev.millrace.standalone.option.ClusterOptions;
import dev.millrace.standalone.option.PolicyFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace policy diff}: shows what {@code apply} would change. */
@Command(
        name = "diff",
        sortOptions = false,
        description = "Shows what \"policy apply\" would change, and changes nothing.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing would change",
            "1:the command failed",
            "2:wrong usage or an invalid policy",
            "3:some policies would change"
        })
final class PolicyDiffCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "FILE",
            description = "A file with a policies block, such as a whole configuration.")
    private Path file = Path.of("");

    @Option(names = "--json", description = "Print the changes as JSON.")
    private boolean json;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    @Override
    public Integer call() {
        var catalog = clusterOptions.catalog();
        var wanted = PolicyFile.load(file, catalog);
        var state = clusterOptions.client().read();
        var changes =
                PolicyUpdates.apply(
                                state,
                                wanted,
                                clusterOptions.policies(),
                                ClusterOptions.metadata(null))
                        .result();
        var tripped = TrippedArm.of(wanted, state, catalog);
        var out = Terminal.system().out();
        if (json) {
            PolicyChangeReport.printJson(changes, tripped, out);
        } else {
            PolicyChangeReport.print(changes, tripped, out);
        }
        return changes.stream().anyMatch(PolicyChange::isChange)
                ? ExitCode.SOME_FAILED
                : ExitCode.OK;
    }
}
