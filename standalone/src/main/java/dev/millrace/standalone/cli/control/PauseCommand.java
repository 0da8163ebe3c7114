package dev.millrace.standalone.cli.control;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace pause}: no new call, of one model or of any. */
@Command(
        name = "pause",
        sortOptions = false,
        description = "Starts no new call, of one model or of any. Calls that are running end.")
public final class PauseCommand implements Callable<Integer> {
    @Mixin private PauseChoice pauseChoice = new PauseChoice();

    /** Made by the command line. */
    public PauseCommand() {}

    @Override
    public Integer call() {
        ControlKey key = pauseChoice.key();
        var stamp = ClusterChoice.stamp(null);
        var order = new OperatorCommand(stamp.at(), stamp.by());
        pauseChoice
                .clusterChoice()
                .cluster()
                .write(
                        RandomGenerator.getDefault(),
                        _ -> new Change<>(List.of(order.record(key)), true));
        Terminal.system().out().println(PolicyWords.order(key, order));
        return ExitCode.OK;
    }
}
