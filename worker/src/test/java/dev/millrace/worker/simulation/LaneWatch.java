package dev.millrace.worker.simulation;

import dev.millrace.contracts.job.Lane;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Watches that a backlog in bulk holds nobody up: while a job of the normal lane waits for its
 * first call, no two of its model's bulk lane start one after another. So ten such jobs start
 * within thirteen starts, however many wait in bulk.
 */
final class LaneWatch {
    private final Checker checker;

    /** Who waited when the last call started, if that was one of bulk. */
    private final Map<Place, Set<Task>> passed = new HashMap<>();

    private record Place(WorkerProcess process, String model) {}

    LaneWatch(Checker checker) {
        this.checker = checker;
    }

    /** A call is about to be made. */
    void onStarted(WorkerProcess process, Task task, Set<Task> held) {
        var place = new Place(process, task.topic.model());
        if (task.topic.lane() == Lane.NORMAL) {
            passed.remove(place);
            return;
        }
        Set<Task> waiting = new HashSet<>(held);
        waiting.removeIf(it -> !waits(it, place));
        Set<Task> twice = new HashSet<>(passed.getOrDefault(place, Set.of()));
        twice.retainAll(waiting);
        if (!twice.isEmpty()) {
            checker.broken(
                    Invariant.BULK_WAITS,
                    "%s starts in %s, the second since %s waits".formatted(task, process, twice));
        }
        passed.put(place, waiting);
    }

    /** Whether that process has taken it and has only to call. */
    private boolean waits(Task task, Place place) {
        return task.topic.lane() == Lane.NORMAL
                && task.topic.model().equals(place.model)
                && task.isToBeCalled
                && task.started == 0
                && !task.isFinished()
                && !checker.world().control().isCancelled(task)
                && !place.process.isStopping()
                && !place.process.isLeaving(task.partition)
                && !checker.world().isEverRefused(task.partition)
                && checker.world().ledger(task.partition).isUntouched(task.offset());
    }
}
