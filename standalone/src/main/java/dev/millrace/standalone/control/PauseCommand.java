package dev.millrace.standalone.control;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.option.ClusterOptions;
import dev.millrace.standalone.option.TimeSpan;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace pause}: stops new calls of models, tenants or batches. */
@Command(
        name = "pause",
        sortOptions = false,
        description =
                "Stops new calls of one or all models, of a tenant or of a batch until \"resume\"."
                        + " Calls in flight end normally.")
public final class PauseCommand implements Callable<Integer> {
    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description = "The pause ends by itself after this time, such as 90s, 30m, 2h or 7d.")
    private @Nullable Duration time;

    @Mixin private PauseTarget pauseTarget = new PauseTarget();

    @Override
    public Integer call() {
        ControlKey.Pause key = pauseTarget.key();
        // A pause without an end stops a pipeline at once, also before "topics apply".
        var metadata =
                time == null
                        ? ClusterOptions.metadata(null)
                        : ClusterOptions.metadataAt(
                                pauseTarget.clusterOptions().client().brokerTime());
        var command =
                pauseTarget
                        .clusterOptions()
                        .client()
                        .write(
                                RandomGenerator.getDefault(),
                                state ->
                                        Pauses.pause(
                                                state, key, Optional.ofNullable(time), metadata));
        Terminal.system().out().println(OperatorCommandText.of(key, command));
        return ExitCode.OK;
    }
}
