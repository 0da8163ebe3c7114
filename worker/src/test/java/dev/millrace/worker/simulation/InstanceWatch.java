package dev.millrace.worker.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Watches {@link Invariant#ONE_OF_AN_INSTANCE} by counting how often each process is fenced. */
final class InstanceWatch {
    /** As in {@code docs/worker.md}. */
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
            // It may commit nothing more, so its calls end as in a crash.
            checker.onAway(process);
        }
    }

    void onOpen(WorkerProcess process) {
        if (isFencedTooOften(process)) {
            checker.broken(
                    Invariant.ONE_OF_AN_INSTANCE,
                    "%s works on, fenced at %s".formatted(process, fencings.get(process)));
        }
    }

    /** Returns true when the latest fencings of a process are too many for one that is alone. */
    boolean isFencedTooOften(WorkerProcess process) {
        var times = fencings.getOrDefault(process, new ArrayDeque<>());
        return times.size() == LIMIT && times.getLast() - times.getFirst() <= WINDOW_NANOS;
    }
}
