package dev.millrace.worker.simulation;

import dev.millrace.configuration.WorkerConfig.LaneWeights;
import dev.millrace.contracts.job.Lane;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Checks {@link Invariant#LANES_BY_WEIGHT}. While a job of a lane waits for its first call, another
 * lane of its model starts a bounded number of calls: one, plus its multiple of the waiting lane's
 * weight. Critical lanes are not checked: they have reserved slots, so that their calls can start
 * while others wait.
 */
final class LaneWatch {
    private static final LaneWeights WEIGHTS = LaneWeights.DEFAULT;

    private final Checker checker;
    private final Map<Pair, Overtaken> overtaken = new HashMap<>();

    /** A lane with waiting jobs, and another lane of its model with starting calls. */
    private record Pair(WorkerProcess process, String model, Lane waiting, Lane starting) {}

    /**
     * The starts of one lane since the last start of another.
     *
     * @param tasks jobs of the other lane that have waited through all these starts
     */
    private record Overtaken(Set<Task> tasks, int starts) {}

    LaneWatch(Checker checker) {
        this.checker = checker;
    }

    /** Checks a call that a process starts. */
    void onStarted(WorkerProcess process, Task task, Set<Task> held) {
        String model = task.topic.model();
        Lane starting = task.topic.lane();
        for (Lane lane : Lane.values()) {
            overtaken.remove(new Pair(process, model, starting, lane));
            if (lane != starting && !starting.isCritical()) {
                onStarted(new Pair(process, model, lane, starting), task, held);
            }
        }
    }

    private void onStarted(Pair pair, Task task, Set<Task> held) {
        Set<Task> waiting = new HashSet<>(held);
        waiting.removeIf(it -> !waits(it, pair));
        Overtaken before = overtaken.getOrDefault(pair, new Overtaken(Set.of(), 0));
        Set<Task> still = new HashSet<>(before.tasks);
        still.retainAll(waiting);
        if (still.isEmpty()) {
            overtaken.put(pair, new Overtaken(waiting, 1));
            return;
        }
        int starts = before.starts + 1;
        overtaken.put(pair, new Overtaken(still, starts));
        int most = 1 + Math.ceilDiv(WEIGHTS.of(pair.starting), WEIGHTS.of(pair.waiting));
        if (starts > most) {
            checker.violated(
                    Invariant.LANES_BY_WEIGHT,
                    "%s starts in %s, the call number %d of its lane while %s waits"
                            .formatted(task, pair.process, starts, still));
        }
    }

    /** Returns true if the process has only to call the task. */
    private boolean waits(Task task, Pair pair) {
        return task.topic.lane() == pair.waiting
                && task.topic.model().equals(pair.model)
                && task.needsCall
                && task.started == 0
                && !task.isFinished()
                && !checker.world().control().isCancelled(task)
                && !checker.world().control().hasBeenPaused(task)
                && !pair.process.isStopping()
                && !pair.process.isReleasing(task.partition)
                && !checker.world().isAnyRejected()
                && checker.world().ledger(task.partition).isUntouched(task.offset());
    }
}
