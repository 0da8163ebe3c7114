package dev.millrace.standalone.cli.cluster;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.cli.options.ClusterOptions;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace pause}: stops new calls of one model or of all models. */
@Command(
        name = "pause",
        sortOptions = false,
        description =
                "Stops new calls of one model or of all models until \"resume\". Calls in flight"
                        + " end normally.")
public final class PauseCommand implements Callable<Integer> {
    @Mixin private PauseTarget pauseTarget = new PauseTarget();

    @Override
    public Integer call() {
        ControlKey key = pauseTarget.key();
        var metadata = ClusterOptions.metadata(null);
        var command = new OperatorCommand(metadata.at(), metadata.by());
        pauseTarget
                .clusterOptions()
                .client()
                .write(
                        RandomGenerator.getDefault(),
                        _ -> new Change<>(List.of(command.record(key)), true));
        Terminal.system().out().println(OperatorCommandText.of(key, command));
        return ExitCode.OK;
    }
}
