package dev.millrace.standalone.run.progress;

import dev.millrace.contracts.service.Health;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.pipeline.PipelinePart;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Reports why the worker holds back calls, such as a rejected API key, so that a run never waits
 * silently. Used by the main thread only.
 */
public final class HeldCallsMonitor {
    private final Terminal terminal;
    private final Supplier<Map<String, Health>> health;
    private List<String> reported = List.of();

    /**
     * @param health health of each part of the pipeline
     */
    public HeldCallsMonitor(Terminal terminal, Supplier<Map<String, Health>> health) {
        this.terminal = terminal;
        this.health = health;
    }

    /**
     * Reports each new cause once, and the end of all causes.
     *
     * @param beforeLine clears the terminal's last line; called before a message is printed
     */
    public void onTick(Runnable beforeLine) {
        Health worker = health.get().get(PipelinePart.WORKER.word());
        List<String> held = worker == null ? List.of() : worker.heldCalls();
        if (held.equals(reported)) {
            return;
        }
        beforeLine.run();
        held.stream().filter(it -> !reported.contains(it)).forEach(terminal::say);
        if (held.isEmpty()) {
            terminal.say("no calls are stopped any more");
        }
        reported = held;
    }
}
