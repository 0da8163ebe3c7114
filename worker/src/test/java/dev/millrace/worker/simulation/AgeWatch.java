package dev.millrace.worker.simulation;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Watches that a lane's jobs start in the order in which they were written, whichever partitions
 * hold them and whichever poll brought them. Three calls of four start by age and one by turn, so
 * from the poll of a job to its start, the younger jobs of other partitions that start are at most
 * one for each three calls of older jobs, and one more.
 */
final class AgeWatch {
    private static final int BY_AGE_PER_TURN = 3;

    /** No ledger is full with so few jobs as a history has. */
    private static final int ROOMY_CHARS = 4_096;

    private static final int ROOMY_JOBS = 100;

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

    /** A process has polled records of one partition. */
    void onPolled(WorkerProcess process, List<Task> tasks) {
        var mine = waits.computeIfAbsent(process, _ -> new HashMap<>());
        tasks.forEach(task -> mine.put(task, new Wait()));
    }

    /** A call is about to be made. */
    void onStarted(WorkerProcess process, Task starting, Set<Task> held) {
        var mine = waits.getOrDefault(process, Map.of());
        if (isCritical(starting) || !isRoomy(process)) {
            return;
        }
        for (Task waiting : held) {
            Wait wait = mine.get(waiting);
            if (wait != null && waiting.topic.equals(starting.topic) && waits(process, waiting)) {
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
                checker.broken(
                        Invariant.OLDEST_FIRST,
                        "%s waits in %s, where %d calls of older jobs started, and was overtaken by %s"
                                .formatted(waiting, process, wait.older, wait.overtaking));
            }
        }
    }

    /** Returns the latest time of the jobs that go before that one in its partition, or its own. */
    private static long youngestUpTo(Task waiting, Set<Task> held) {
        return held.stream()
                .filter(it -> it.partition.equals(waiting.partition))
                .filter(it -> it.offset() <= waiting.offset())
                .mapToLong(it -> it.record.timestamp())
                .max()
                .orElseThrow();
    }

    private boolean isRoomy(WorkerProcess process) {
        return process.config().maxOpenPerPartition() >= ROOMY_JOBS
                && checker.world().scenario().sizes().metadataChars() >= ROOMY_CHARS;
    }

    private boolean waits(WorkerProcess process, Task task) {
        return task.isToBeCalled
                && task.started == 0
                && !task.isFinished()
                && !checker.world().control().isCancelled(task)
                && !process.isStopping()
                && !process.isLeaving(task.partition)
                && checker.world().ledger(task.partition).isUntouched(task.offset());
    }

    private static boolean isCritical(Task task) {
        return task.topic.lane() == Lane.NORMAL
                && MillraceHeaders.text(task.record.headers(), MillraceHeaders.PRIORITY)
                        .filter(Priority.CRITICAL.word()::equals)
                        .isPresent();
    }
}
