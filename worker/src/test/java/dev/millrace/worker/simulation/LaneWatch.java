package dev.millrace.worker.simulation;

import dev.millrace.contracts.job.Lane;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Checks {@link Invariant#BULK_WAITS}: while a job of the normal lane waits for its first call, its
 * model never starts two bulk calls in a row. So ten such jobs start within thirteen starts,
 * whatever the backlog in bulk.
 */
final class LaneWatch {
    private final Checker checker;

    /** The jobs that waited when the last call started, if that was a bulk call. */
    private final Map<ProcessModel, Set<Task>> overtaken = new HashMap<>();

    private record ProcessModel(WorkerProcess process, String model) {}

    LaneWatch(Checker checker) {
        this.checker = checker;
    }

    /** Checks a call that a process starts. */
    void onStarted(WorkerProcess process, Task task, Set<Task> held) {
        var processModel = new ProcessModel(process, task.topic.model());
        if (task.topic.lane() == Lane.NORMAL) {
            overtaken.remove(processModel);
            return;
        }
        Set<Task> waiting = new HashSet<>(held);
        waiting.removeIf(it -> !waits(it, processModel));
        Set<Task> overtakenTwice = new HashSet<>(overtaken.getOrDefault(processModel, Set.of()));
        overtakenTwice.retainAll(waiting);
        if (!overtakenTwice.isEmpty()) {
            checker.violated(
                    Invariant.BULK_WAITS,
                    "%s starts in %s, the second bulk call while %s waits"
                            .formatted(task, process, overtakenTwice));
        }
        overtaken.put(processModel, waiting);
    }

    /** Returns true if the process has only to call the task. */
    private boolean waits(Task task, ProcessModel processModel) {
        return task.topic.lane() == Lane.NORMAL
                && task.topic.model().equals(processModel.model)
                && task.needsCall
                && task.started == 0
                && !task.isFinished()
                && !checker.world().control().isCancelled(task)
                && !processModel.process.isStopping()
                && !processModel.process.isReleasing(task.partition)
                && !checker.world().isAnyRejected()
                && checker.world().ledger(task.partition).isUntouched(task.offset());
    }
}
