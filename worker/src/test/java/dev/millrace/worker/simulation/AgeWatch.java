package dev.millrace.worker.simulation;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Watches that a lane's jobs start in the order in which they were written, whichever partitions
 * hold them. Three records of four are admitted by age and one by turn, so a job may be overtaken
 * by one younger job of another partition for each three older records, and by one more.
 *
 * <p>Only jobs that one poll brought are compared, where a partition always has room: which records
 * of an earlier poll are admitted is not to be seen from outside.
 */
final class AgeWatch {
    private static final int BY_AGE_PER_TURN = 3;

    /** No ledger is full with so few jobs as a history has. */
    private static final int ROOMY_CHARS = 4_096;

    private static final int ROOMY_JOBS = 100;

    private final Checker checker;
    private final Map<WorkerProcess, Map<Task, Polled>> polls = new HashMap<>();

    /** What a process polled last, as each job is seen that way. */
    private record Polled(int poll, long youngestUpToIt, Set<Task> overtaking) {}

    AgeWatch(Checker checker) {
        this.checker = checker;
    }

    /** A process has polled records of one partition. */
    void onPolled(WorkerProcess process, List<Task> tasks) {
        var mine = polls.computeIfAbsent(process, _ -> new HashMap<>());
        long youngest = Long.MIN_VALUE;
        for (Task task : tasks) {
            youngest = Math.max(youngest, task.record.timestamp());
            mine.put(task, new Polled(process.polls(), youngest, new HashSet<>()));
        }
    }

    /** A call is about to be made. */
    void onStarted(WorkerProcess process, Task starting, Set<Task> held) {
        var mine = polls.getOrDefault(process, Map.of());
        if (starting.started > 0 || isCritical(starting) || !isRoomy(process)) {
            return;
        }
        for (Task waiting : held) {
            if (isOvertaken(waiting, starting, mine) && waits(process, waiting)) {
                Polled its = Objects.requireNonNull(mine.get(waiting));
                Set<Task> overtaking = its.overtaking();
                overtaking.add(starting);
                long older = older(waiting, its, mine);
                if (overtaking.size() > older / BY_AGE_PER_TURN + 1) {
                    checker.broken(
                            Invariant.OLDEST_FIRST,
                            "%s waits in %s behind %d older records, and was overtaken by %s"
                                    .formatted(waiting, process, older, overtaking));
                }
            }
        }
    }

    private boolean isRoomy(WorkerProcess process) {
        return process.config().maxOpenPerPartition() >= ROOMY_JOBS
                && checker.world().scenario().sizes().metadataChars() >= ROOMY_CHARS;
    }

    private static boolean isOvertaken(Task waiting, Task starting, Map<Task, Polled> mine) {
        Polled its = mine.get(waiting);
        Polled other = mine.get(starting);
        return its != null
                && other != null
                && its.poll() == other.poll()
                && waiting.topic.equals(starting.topic)
                && !waiting.partition.equals(starting.partition)
                && starting.record.timestamp() > its.youngestUpToIt();
    }

    /** Counts the records of the same poll and lane that may be admitted by age before that job. */
    private static long older(Task waiting, Polled its, Map<Task, Polled> mine) {
        return mine.entrySet().stream()
                .filter(it -> it.getValue().poll() == its.poll())
                .map(Map.Entry::getKey)
                .filter(it -> it.topic.equals(waiting.topic) && it != waiting)
                .filter(it -> it.record.timestamp() <= its.youngestUpToIt())
                .count();
    }

    private boolean waits(WorkerProcess process, Task task) {
        return task.isToBeCalled
                && task.started == 0
                && !task.isFinished()
                && !checker.world().control().isCancelled(task)
                && !process.isStopping()
                && !process.isLeaving(task.partition)
                && LedgerView.of(checker.world().transactions().committed(task.partition))
                        .isUntouched(task.offset());
    }

    private static boolean isCritical(Task task) {
        return task.topic.lane() == Lane.NORMAL
                && MillraceHeaders.text(task.record.headers(), MillraceHeaders.PRIORITY)
                        .filter(Priority.CRITICAL.word()::equals)
                        .isPresent();
    }
}
