package dev.millrace.standalone.cli.control;

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

/** {@code millrace resume}: takes a pause back. */
@Command(
        name = "resume",
        sortOptions = false,
        description = "Takes a pause back: what waited goes on.")
public final class ResumeCommand implements Callable<Integer> {
    @Mixin private PauseChoice pauseChoice = new PauseChoice();

    /** Made by the command line. */
    public ResumeCommand() {}

    @Override
    public Integer call() {
        ControlKey key = pauseChoice.key();
        boolean wasPaused =
                pauseChoice
                        .clusterChoice()
                        .cluster()
                        .write(
                                RandomGenerator.getDefault(),
                                state ->
                                        state.orders().containsKey(key)
                                                ? new Change<>(
                                                        List.of(ControlRecord.removal(key)), true)
                                                : Change.none(false));
        Terminal.system().out().println((wasPaused ? "resumed: " : "was not paused: ") + what(key));
        return ExitCode.OK;
    }

    private static String what(ControlKey key) {
        return key instanceof ControlKey.PauseModel(String model) ? model : "everything";
    }
}
