package dev.millrace.standalone.run;

import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.pipeline.StoppedCallsMonitor;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Reports why jobs wait, such as for a limit or because an API key is rejected, so that a run never
 * waits silently. Used by the main thread only.
 */
final class WaitsMonitor {
    /** Reasons that the worker's health or the monitor of budgets reports, together with advice. */
    private static final Set<WaitingReason> REPORTED_ELSEWHERE =
            Set.of(WaitingReason.BREAKER, WaitingReason.KEY, WaitingReason.BUDGET);

    /**
     * Longest value in the progress line, in characters; the report of the reason has the whole
     * value.
     */
    private static final int MAX_VALUE_CHARS = 60;

    private final Terminal terminal;
    private final StoppedCallsMonitor stopped;
    private final Supplier<List<Waiting>> waits;
    private final Set<Waiting.Queue> known = new HashSet<>();

    /**
     * @param health health of each part of the pipeline
     * @param waits why jobs wait, as of some seconds ago
     */
    WaitsMonitor(
            Terminal terminal,
            Supplier<Map<String, Health>> health,
            Supplier<List<Waiting>> waits) {
        this.terminal = terminal;
        stopped = new StoppedCallsMonitor(terminal, health);
        this.waits = waits;
    }

    /**
     * Reports each reason and each stop when it appears, and the end of each stop.
     *
     * @param beforeLine clears the terminal's last line; called before a message is printed
     * @return why jobs wait now, as the end of the progress line: the reason of most jobs in full,
     *     the others by their words
     */
    String onTick(Runnable beforeLine) {
        stopped.onTick(beforeLine);
        List<Waiting> now = waits.get();
        known.retainAll(now.stream().map(Waiting::queue).toList());
        for (Waiting waiting : now) {
            if (!REPORTED_ELSEWHERE.contains(waiting.reason()) && known.add(waiting.queue())) {
                beforeLine.run();
                terminal.say(waiting.text());
            }
        }
        return progress(now);
    }

    private static String progress(List<Waiting> waits) {
        List<Waiting> byJobs =
                waits.stream().sorted(Comparator.comparingLong(Waiting::jobs).reversed()).toList();
        if (byJobs.isEmpty()) {
            return "";
        }
        Waiting first = byJobs.getFirst();
        String others =
                byJobs.stream()
                        .map(Waiting::reason)
                        .distinct()
                        .filter(it -> it != first.reason())
                        .map(WaitingReason::word)
                        .collect(Collectors.joining(", "));
        return ", "
                + first.withValueOf(MAX_VALUE_CHARS).text()
                + (others.isEmpty() ? "" : "; also " + others);
    }
}
