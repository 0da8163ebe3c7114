package dev.millrace.standalone.control;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
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
        ControlKey.Pause key = pauseTarget.key();
        boolean wasPaused =
                pauseTarget
                        .clusterOptions()
                        .client()
                        .write(
                                RandomGenerator.getDefault(),
                                false,
                                (state, now) -> Pauses.resume(state, key, now));
        Terminal.system()
                .out()
                .println((wasPaused ? "resumed: " : "was not paused: ") + key.target());
        return ExitCode.OK;
    }
}
