package dev.millrace.worker.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks {@link Invariant#OLDEST_FIRST}: a lane's jobs start in the order of their writing, across
 * partitions and polls. Three of four calls start by age, and one by turn. From the poll of a job
 * to its start, the number of younger jobs of another partition that start is therefore bounded:
 * one for each three calls of older jobs, plus one.
 */
final class AgeWatch {
    private static final int BY_AGE_PER_TURN = 3;

    private final Checker checker;
    private final Map<WorkerProcess, Map<Task, Wait>> waits = new HashMap<>();

    /** The calls that started in a job's lane since it was polled. */
    private static final class Wait {
        int older;
        final Set<Task> overtaking = new HashSet<>();
    }

    AgeWatch(Checker checker) {
        this.checker = checker;
    }

    /** Notes the records of one partition that a process has polled. */
    void onPolled(WorkerProcess process, List<Task> tasks) {
        var own = waits.computeIfAbsent(process, _ -> new HashMap<>());
        tasks.forEach(task -> own.put(task, new Wait()));
    }

    /** Checks a call that a process starts. */
    void onStarted(WorkerProcess process, Task starting, Set<Task> held) {
        var own = waits.getOrDefault(process, Map.of());
        if (!checker.isRoomy(process)) {
            return;
        }
        for (Task waiting : held) {
            Wait wait = own.get(waiting);
            if (wait != null
                    && waiting.topic.equals(starting.topic)
                    && checker.hasOnlyToCall(process, waiting)) {
                onStarted(process, starting, waiting, wait, youngestUpTo(waiting, held));
            }
        }
    }

    private void onStarted(
            WorkerProcess process, Task starting, Task waiting, Wait wait, long youngest) {
        if (starting.record.timestamp() <= youngest) {
            wait.older++;
        } else if (starting.started == 0 && !waiting.partition.equals(starting.partition)) {
            wait.overtaking.add(starting);
            if (wait.overtaking.size() > wait.older / BY_AGE_PER_TURN + 1) {
                checker.violated(
                        Invariant.OLDEST_FIRST,
                        "%s waits in %s; %d calls of older jobs started, but it was overtaken by %s"
                                .formatted(waiting, process, wait.older, wait.overtaking));
            }
        }
    }

    /** Returns the latest timestamp of a waiting job and the jobs before it in its partition. */
    private static long youngestUpTo(Task waiting, Set<Task> held) {
        return held.stream()
                .filter(it -> it.partition.equals(waiting.partition))
                .filter(it -> it.offset() <= waiting.offset())
                .mapToLong(it -> it.record.timestamp())
                .max()
                .orElseThrow();
    }
}
