package dev.millrace.worker.simulation;

import dev.millrace.contracts.control.ControlState;
import java.util.HashMap;
import java.util.Map;

/**
 * Watches that no call is made of which its process knew, before it announced it, that it is not to
 * be made: its job is cancelled, its model is paused, or nobody could know.
 */
final class OrderWatch {
    private final Checker checker;

    /** What each process was told last, and what it had been told when it last announced calls. */
    private final Map<WorkerProcess, ControlState> told = new HashMap<>();

    private final Map<WorkerProcess, ControlState> announcedUnder = new HashMap<>();

    OrderWatch(Checker checker) {
        this.checker = checker;
    }

    void onTold(WorkerProcess process, ControlState state) {
        told.put(process, state);
    }

    /** It is about to write a transaction, whose calls it then makes. */
    void onCommit(WorkerProcess process) {
        var state = told.get(process);
        if (state != null) {
            announcedUnder.put(process, state);
        }
    }

    /** A call is about to be made. */
    void onStarted(WorkerProcess process, Task task) {
        var state = announcedUnder.get(process);
        if (state == null) {
            broken(process, task, "knows nothing of control");
        } else if (state.isPaused(task.topic.model())) {
            broken(process, task, "was told that its model is paused");
        } else if (state.isCancelled(
                JobRecords.TENANT, task.batch, task.id, JobRecords.SUBMITTED)) {
            broken(process, task, "was told that it is cancelled");
        }
    }

    private void broken(WorkerProcess process, Task task, String why) {
        checker.broken(
                Invariant.ORDERS_OBEYED,
                "%s is called by %s, which %s".formatted(task, process, why));
    }
}
