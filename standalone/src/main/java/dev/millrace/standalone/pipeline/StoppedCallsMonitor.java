package dev.millrace.standalone.pipeline;

import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.StoppedCalls;
import dev.millrace.standalone.console.Terminal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Prints when the worker of this process stops calls because they fail, why, and what to do; and
 * when it continues them. Used by one thread.
 */
public final class StoppedCallsMonitor {
    private final Terminal terminal;
    private final Supplier<Map<String, Health>> health;

    /** The stopped calls that were printed, by their subjects. */
    private Map<String, StoppedCalls> reported = Map.of();

    /**
     * @param health health of each part of the pipeline
     */
    public StoppedCallsMonitor(Terminal terminal, Supplier<Map<String, Health>> health) {
        this.terminal = terminal;
        this.health = health;
    }

    /**
     * Prints a line for each change.
     *
     * @param beforeLine clears the terminal's last line; called before a line is printed
     */
    public void onTick(Runnable beforeLine) {
        Health worker = health.get().get(PipelinePart.WORKER.word());
        if (worker == null || !worker.ready()) {
            // Only a worker that is ready reports its stopped calls.
            return;
        }
        var stopped = new LinkedHashMap<String, StoppedCalls>();
        worker.stoppedCalls().forEach(it -> stopped.put(it.subject(), it));
        if (stopped.equals(reported)) {
            return;
        }
        beforeLine.run();
        stopped.values().stream()
                .filter(it -> !Objects.equals(it, reported.get(it.subject())))
                .forEach(it -> terminal.say(it.text()));
        reported.keySet().stream()
                .filter(it -> !stopped.containsKey(it))
                .forEach(it -> terminal.say("calls of %s continue".formatted(it)));
        reported = stopped;
    }
}
