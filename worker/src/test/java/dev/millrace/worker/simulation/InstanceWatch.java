package dev.millrace.worker.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Checks {@link Invariant#ONE_PROCESS_PER_INSTANCE} by counting the fencings of each process. */
final class InstanceWatch {
    /** The number of fencings within a minute that ends a process, as in {@code docs/worker.md}. */
    private static final int LIMIT = 10;

    private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

    private final Checker checker;
    private final Map<WorkerProcess, Deque<Long>> fencings = new HashMap<>();

    InstanceWatch(Checker checker) {
        this.checker = checker;
    }

    void onFenced(WorkerProcess process) {
        var times = fencings.computeIfAbsent(process, _ -> new ArrayDeque<>());
        times.add(checker.world().timeline().now());
        if (times.size() > LIMIT) {
            times.remove();
        }
        if (isFencedTooOften(process)) {
            // The process must not commit any more, so its calls are lost as in a crash.
            checker.onProcessLost(process);
        }
    }

    void onOpen(WorkerProcess process) {
        if (isFencedTooOften(process)) {
            checker.violated(
                    Invariant.ONE_PROCESS_PER_INSTANCE,
                    "%s continues although it was fenced at %s"
                            .formatted(process, fencings.get(process)));
        }
    }

    /** Returns true if a process was fenced so often that another process must share its name. */
    boolean isFencedTooOften(WorkerProcess process) {
        var times = fencings.getOrDefault(process, new ArrayDeque<>());
        return times.size() == LIMIT && times.getLast() - times.getFirst() <= WINDOW_NANOS;
    }
}
