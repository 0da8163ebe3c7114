package dev.millrace.worker.simulation;

import dev.millrace.contracts.job.Lane;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks {@link Invariant#LANES_BY_WEIGHT}. While a job of a lane waits for its first call, another
 * lane of its model starts a bounded number of calls: one, plus its multiple of the waiting lane's
 * weight. Lanes that both have waiting jobs share the calls by {@link LaneBalance}. Critical lanes
 * are not checked: they have reserved slots, so that their calls can start while others wait.
 */
final class LaneWatch {
    private final Checker checker;
    private final Map<Pair, Overtaken> overtaken = new HashMap<>();
    private final Map<ProcessModel, Backlogs> backlogs = new HashMap<>();

    /** A lane with waiting jobs, and another lane of its model with starting calls. */
    private record Pair(WorkerProcess process, String model, Lane waiting, Lane starting) {}

    /**
     * The starts of one lane since the last start of another.
     *
     * @param tasks jobs of the other lane that have waited through all these starts
     */
    private record Overtaken(Set<Task> tasks, int starts) {}

    private record ProcessModel(WorkerProcess process, String model) {}

    /**
     * The lanes of a model since its last start.
     *
     * @param waiting jobs of each lane that waited after the last start
     */
    private record Backlogs(Map<Lane, Set<Task>> waiting, Map<Set<Lane>, LaneBalance> balances) {}

    LaneWatch(Checker checker) {
        this.checker = checker;
    }

    /** Checks a call that a process starts. */
    void onStarted(WorkerProcess process, Task task, Set<Task> held) {
        String model = task.topic.model();
        Lane starting = task.topic.lane();
        Map<Lane, Set<Task>> waiting = waiting(process, task, held);
        for (Lane lane : Lane.values()) {
            overtaken.remove(new Pair(process, model, starting, lane));
            if (lane != starting && !starting.isCritical()) {
                onStarted(new Pair(process, model, lane, starting), task, waiting);
            }
        }
        if (checker.isRoomy(process) && checker.world().isUndisturbed()) {
            checkBalance(new ProcessModel(process, model), task, waiting);
        }
    }

    /** Returns the jobs of the model that the process has only to call, without the given one. */
    private Map<Lane, Set<Task>> waiting(WorkerProcess process, Task task, Set<Task> held) {
        return held.stream()
                .filter(it -> it != task && it.topic.model().equals(task.topic.model()))
                .filter(it -> checker.hasOnlyToCall(process, it))
                .filter(_ -> !checker.world().isAnyRejected())
                .collect(
                        Collectors.groupingBy(
                                it -> it.topic.lane(),
                                () -> new EnumMap<>(Lane.class),
                                Collectors.toSet()));
    }

    private void onStarted(Pair pair, Task task, Map<Lane, Set<Task>> ofModel) {
        Set<Task> waiting = ofModel.getOrDefault(pair.waiting, Set.of());
        Overtaken before = overtaken.getOrDefault(pair, new Overtaken(Set.of(), 0));
        Set<Task> still = common(before.tasks, waiting);
        if (still.isEmpty()) {
            overtaken.put(pair, new Overtaken(waiting, 1));
            return;
        }
        int starts = before.starts + 1;
        overtaken.put(pair, new Overtaken(still, starts));
        int most =
                1
                        + Math.ceilDiv(
                                Scenario.WEIGHTS.of(pair.starting),
                                Scenario.WEIGHTS.of(pair.waiting));
        if (starts > most) {
            checker.violated(
                    Invariant.LANES_BY_WEIGHT,
                    "%s starts in %s, the call number %d of its lane while %s waits"
                            .formatted(task, pair.process, starts, still));
        }
    }

    private static Set<Task> common(Set<Task> some, Set<Task> others) {
        Set<Task> common = new HashSet<>(some);
        common.retainAll(others);
        return common;
    }

    /** Checks the pairs of lanes that have had waiting jobs since the last start of the model. */
    private void checkBalance(ProcessModel model, Task task, Map<Lane, Set<Task>> waiting) {
        Backlogs before = backlogs.getOrDefault(model, new Backlogs(Map.of(), Map.of()));
        Map<Set<Lane>, LaneBalance> balances = new HashMap<>();
        for (Lane a : Lane.values()) {
            for (Lane b : Lane.values()) {
                if (a.compareTo(b) < 0 && stays(a, before, waiting) && stays(b, before, waiting)) {
                    Set<Lane> pair = Set.of(a, b);
                    LaneBalance balance = before.balances.get(pair);
                    balances.put(pair, balance == null ? new LaneBalance(a, b) : balance);
                }
            }
        }
        if (mayRunAlone(task, model.process)) {
            balances.clear();
        }
        backlogs.put(model, new Backlogs(waiting, balances));
        balances.values().forEach(it -> check(it, task, model));
    }

    /** Returns true if the call may take no turn: an earlier process has possibly ended by it. */
    private static boolean mayRunAlone(Task task, WorkerProcess process) {
        return task.started != task.sent.size()
                || task.sent.stream().anyMatch(it -> it.process != process);
    }

    private static boolean stays(Lane lane, Backlogs before, Map<Lane, Set<Task>> waiting) {
        return !lane.isCritical()
                && !common(
                                before.waiting.getOrDefault(lane, Set.of()),
                                waiting.getOrDefault(lane, Set.of()))
                        .isEmpty();
    }

    private void check(LaneBalance balance, Task task, ProcessModel model) {
        balance.onStarted(task.topic.lane());
        if (!balance.isKept()) {
            checker.violated(
                    Invariant.LANES_BY_WEIGHT,
                    "%s starts in %s, but %s".formatted(task, model.process, balance));
        }
    }
}
