package dev.millrace.standalone.cli.control;

import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.console.WholeSeconds;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace policy history}: every version of a policy in control. */
@Command(
        name = "history",
        sortOptions = false,
        description = "Lists the versions of a policy, the one in force last.")
final class PolicyHistoryCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The policy.")
    private String name = "";

    @Option(names = "--json", description = "Print them as JSON, with their rules.")
    private boolean json;

    @Mixin private ClusterChoice clusterChoice = new ClusterChoice();

    PolicyHistoryCommand() {}

    @Override
    public Integer call() {
        var versions = clusterChoice.cluster().read().history(name);
        if (versions.isEmpty()) {
            throw UserError.usage("Control has no policy " + name);
        }
        if (json) {
            PolicyJson.printHistory(versions, Terminal.system().out());
        } else {
            versions.forEach(it -> print(it, it.equals(versions.getLast())));
        }
        return ExitCode.OK;
    }

    private static void print(AppliedPolicy version, boolean inForce) {
        Terminal.system()
                .out()
                .println(
                        "%-5s %s  %s%s%s"
                                .formatted(
                                        version.label(),
                                        WholeSeconds.of(version.appliedAt()),
                                        version.by(),
                                        version.note().map(it -> "  " + it).orElse(""),
                                        inForce ? "  (in force)" : ""));
    }
}
