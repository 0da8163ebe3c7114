package dev.millrace.standalone.policy;

import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.console.WholeSeconds;
import dev.millrace.standalone.option.ClusterOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace policy history}: lists every applied version of a policy. */
@Command(
        name = "history",
        sortOptions = false,
        description = "Lists the versions of a policy, oldest first.")
final class PolicyHistoryCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The policy.")
    private String name = "";

    @Option(names = "--json", description = "Print the versions and their rules as JSON.")
    private boolean json;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    @Override
    public Integer call() {
        var versions = clusterOptions.client().read().history(name);
        if (versions.isEmpty()) {
            throw UserError.usage("No policy " + name + " was ever applied");
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
