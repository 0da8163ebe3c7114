package dev.millrace.standalone.cli.control;

import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.WholeSeconds;
import dev.millrace.standalone.control.PolicyDecisions;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace policy clear}: an arm gets back the share that a guard has taken. */
@Command(
        name = "clear",
        sortOptions = false,
        description = "Gives an arm back the share that a guard has taken from it.")
final class PolicyClearCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "NAME", description = "The policy.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "ARM", description = "The model, by any of its names.")
    private String arm = "";

    @Mixin private ClusterChoice clusterChoice = new ClusterChoice();

    PolicyClearCommand() {}

    @Override
    public Integer call() {
        var stamp = ClusterChoice.stamp(null);
        var catalog = clusterChoice.catalog();
        var trip =
                clusterChoice
                        .cluster()
                        .write(
                                RandomGenerator.getDefault(),
                                state -> PolicyDecisions.clear(state, name, arm, catalog, stamp));
        Terminal.system()
                .out()
                .println(
                        "%s: %s has its share again; it was taken %s: %s"
                                .formatted(
                                        name,
                                        arm,
                                        WholeSeconds.of(trip.trippedAt()),
                                        trip.reason()));
        return ExitCode.OK;
    }
}
