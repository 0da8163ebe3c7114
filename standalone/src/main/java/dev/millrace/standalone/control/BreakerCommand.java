package dev.millrace.standalone.control;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.option.ClusterOptions;
import dev.millrace.standalone.option.CommandGroup;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace breaker}: groups the commands on circuit breakers. */
@Command(
        name = "breaker",
        description = "Controls the circuit breakers of a running pipeline.",
        subcommands = BreakerCommand.Reset.class,
        synopsisSubcommandLabel = "COMMAND")
public final class BreakerCommand extends CommandGroup {
    /** {@code millrace breaker reset}: closes the breakers that the calls of a model pass. */
    @Command(
            name = "reset",
            sortOptions = false,
            description =
                    "Closes the breakers of a model, of its provider and of the provider's keys, in"
                            + " all workers. They open again if calls still fail.")
    static final class Reset implements Callable<Integer> {
        @Parameters(paramLabel = "MODEL", description = "The model, by name or alias.")
        private String model = "";

        @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

        Reset() {}

        @Override
        public Integer call() {
            ControlKey key = new ControlKey.BreakerReset(clusterOptions.modelName(model));
            var metadata = ClusterOptions.metadata(null);
            var command = new OperatorCommand(metadata.at(), metadata.by());
            clusterOptions
                    .client()
                    .write(
                            RandomGenerator.getDefault(),
                            _ -> new Change<>(List.of(command.record(key)), true));
            Terminal.system().out().println(OperatorCommandText.of(key, command));
            return ExitCode.OK;
        }
    }
}
