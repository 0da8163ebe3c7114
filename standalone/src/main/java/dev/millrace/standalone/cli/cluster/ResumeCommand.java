package dev.millrace.standalone.cli.cluster;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace resume}: ends a pause. */
@Command(
        name = "resume",
        sortOptions = false,
        description = "Ends a pause, so that waiting jobs continue.")
public final class ResumeCommand implements Callable<Integer> {
    @Mixin private PauseTarget pauseTarget = new PauseTarget();

    @Override
    public Integer call() {
        ControlKey key = pauseTarget.key();
        boolean wasPaused =
                pauseTarget
                        .clusterOptions()
                        .client()
                        .write(
                                RandomGenerator.getDefault(),
                                state ->
                                        state.commands().containsKey(key)
                                                ? new Change<>(
                                                        List.of(ControlRecord.removal(key)), true)
                                                : Change.none(false));
        Terminal.system()
                .out()
                .println((wasPaused ? "resumed: " : "was not paused: ") + target(key));
        return ExitCode.OK;
    }

    private static String target(ControlKey key) {
        return key instanceof ControlKey.PauseModel(String model) ? model : "everything";
    }
}
