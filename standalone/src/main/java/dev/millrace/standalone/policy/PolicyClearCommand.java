package dev.millrace.standalone.policy;

import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.WholeSeconds;
import dev.millrace.standalone.control.PolicyUpdates;
import dev.millrace.standalone.option.ClusterOptions;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace policy clear}: restores the share of a tripped arm. */
@Command(
        name = "clear",
        sortOptions = false,
        description = "Restores the share of an arm that a guard has tripped.")
final class PolicyClearCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "NAME", description = "The policy.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "ARM", description = "The model, by any of its names.")
    private String arm = "";

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    @Override
    public Integer call() {
        var metadata = ClusterOptions.metadata(null);
        var catalog = clusterOptions.catalog();
        var trip =
                clusterOptions
                        .client()
                        .write(
                                RandomGenerator.getDefault(),
                                state -> PolicyUpdates.clear(state, name, arm, catalog, metadata));
        Terminal.system()
                .out()
                .println(
                        "%s: restored the share of %s, tripped at %s: %s"
                                .formatted(
                                        name,
                                        arm,
                                        WholeSeconds.of(trip.trippedAt()),
                                        trip.reason()));
        return ExitCode.OK;
    }
}
