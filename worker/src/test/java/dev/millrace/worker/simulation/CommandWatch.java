package dev.millrace.worker.simulation;

import dev.millrace.contracts.control.ControlState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Checks {@link Invariant#COMMANDS_OBEYED}. No process announces a call before it has read control,
 * or while it knows that the job is cancelled, or that its model or batch is paused. No process
 * commits while it knows that a running call's job is cancelled together with its calls, unless it
 * has aborted the call.
 */
final class CommandWatch {
    private final Checker checker;

    /** The last control state that each process has read. */
    private final Map<WorkerProcess, ControlState> latest = new HashMap<>();

    /** The control state when each process last announced calls. */
    private final Map<WorkerProcess, ControlState> atAnnouncement = new HashMap<>();

    /** The calls that each process has started and that have neither ended nor been aborted. */
    private final Map<WorkerProcess, Set<Task>> running = new HashMap<>();

    CommandWatch(Checker checker) {
        this.checker = checker;
    }

    void onControlRead(WorkerProcess process, ControlState state) {
        latest.put(process, state);
    }

    /** Notes the control state before a transaction, which announces the next calls. */
    void onCommit(WorkerProcess process) {
        var state = latest.get(process);
        if (state != null) {
            atAnnouncement.put(process, state);
            running(process).stream()
                    .filter(task -> isCallCancelled(state, task))
                    .forEach(
                            task ->
                                    report(
                                            process,
                                            task,
                                            "knows that it is cancelled with its call"));
        }
    }

    private Set<Task> running(WorkerProcess process) {
        return running.computeIfAbsent(process, _ -> new HashSet<>());
    }

    private static boolean isCallCancelled(ControlState state, Task task) {
        return state.isCallCancelled(
                JobRecords.TENANT, task.batch, task.requestedJob(), JobRecords.SUBMITTED);
    }

    /** Notes that a call has ended or is being aborted. */
    void onCallEnded(WorkerProcess process, Task task) {
        running(process).remove(task);
    }

    /** Checks a call that a process starts. */
    void onStarted(WorkerProcess process, Task task) {
        running(process).add(task);
        // A call under a standing intent starts without a transaction.
        var state =
                checker.hasStandingIntent(task) ? latest.get(process) : atAnnouncement.get(process);
        if (state == null) {
            report(process, task, "has not read control");
        } else if (state.isPaused(task.topic.model())) {
            report(process, task, "knows that its model is paused");
        } else if (state.isPaused(JobRecords.TENANT, task.batch)) {
            report(process, task, "knows that its batch is paused");
        } else if (state.isCancelled(
                JobRecords.TENANT, task.batch, task.requestedJob(), JobRecords.SUBMITTED)) {
            report(process, task, "knows that it is cancelled");
        }
    }

    private void report(WorkerProcess process, Task task, String why) {
        checker.violated(
                Invariant.COMMANDS_OBEYED,
                "%s is called by %s, which %s".formatted(task, process, why));
    }
}
