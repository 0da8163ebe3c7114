package dev.millrace.worker.simulation;

import dev.millrace.worker.capacity.SlotBounds;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Checks {@link Invariant#MODELS_ISOLATED}: while a model uses fewer slots than its guarantee, its
 * jobs start, even if the calls of another model hang and have all slots. Checked in histories with
 * an outage of one model and planned changes only, because failed transactions delay all calls. The
 * jobs of the model with the outage are not checked, since its breaker and its adaptive limit hold
 * them back.
 */
final class IsolationWatch {
    /**
     * Longest wait of such a job. Shorter than a hanging call, and longer than the delay of a
     * transaction by rejected results and stale members.
     */
    private static final Duration MAX_DELAY = Duration.ofSeconds(10);

    private static final Duration CHECK_INTERVAL = Duration.ofMillis(250);

    /** With fewer, a job may wait for the other jobs of its partition. */
    private static final int ROOMY_JOBS = 100;

    private final Checker checker;
    private final World world;
    private final Map<WorkerProcess, Map<Task, Long>> polled = new HashMap<>();

    /** The models that use their whole guarantee. */
    private final Set<ProcessModel> full = new HashSet<>();

    /** Last time at which models did not use their whole guarantee. */
    private final Map<ProcessModel, Long> lastFull = new HashMap<>();

    /** Last time at which breakers that hold back a model's calls were open. */
    private final Map<ProcessModel, Long> lastHeld = new HashMap<>();

    private record ProcessModel(WorkerProcess process, String model) {}

    IsolationWatch(Checker checker) {
        this.checker = checker;
        this.world = checker.world();
    }

    /** Starts the checks. */
    void start() {
        if (world.scenario().isIsolation()) {
            world.timeline().after(CHECK_INTERVAL, this::checkAgain);
        }
    }

    private void checkAgain() {
        world.running().forEach(this::check);
        world.timeline().after(CHECK_INTERVAL, this::checkAgain);
    }

    /** Notes the records of one partition that a process has polled. */
    void onPolled(WorkerProcess process, Iterable<Task> tasks) {
        var own = polled.computeIfAbsent(process, _ -> new HashMap<>());
        tasks.forEach(task -> own.put(task, world.timeline().now()));
    }

    /** Notes which models use their whole guarantee after a transaction of the process. */
    void onCommitted(WorkerProcess process) {
        int guarantee = guarantee(process);
        for (int i = 0; i < world.scenario().sizes().models(); i++) {
            var model = new ProcessModel(process, JobLog.model(i));
            if (full.remove(model)) {
                lastFull.put(model, world.timeline().now());
            }
            if (running(model) >= guarantee) {
                full.add(model);
            }
        }
    }

    private int guarantee(WorkerProcess process) {
        return SlotBounds.of(process.config(), world.scenario().sizes().models()).guarantee();
    }

    private long running(ProcessModel model) {
        return world.jobs().partitions().stream()
                .filter(it -> world.jobs().log(it).topic.model().equals(model.model))
                .filter(it -> isOwner(model.process, it))
                .mapToLong(it -> world.ledger(it).runningCount())
                .sum();
    }

    private boolean isOwner(WorkerProcess process, TopicPartition partition) {
        Group.Member owner = world.group().owner(partition);
        return owner != null && owner.process == process;
    }

    private void check(WorkerProcess process) {
        noteHeld(process);
        if (guarantee(process) == 0 || process.config().maxOpenPerPartition() < ROOMY_JOBS) {
            return;
        }
        for (Task task : checker.held(process)) {
            Long since = polled.getOrDefault(process, Map.of()).get(task);
            if (since != null && waits(process, task)) {
                check(process, task, since);
            }
        }
    }

    private void noteHeld(WorkerProcess process) {
        List<String> held = process.stoppedCalls();
        for (int i = 0; i < world.scenario().sizes().models() && !held.isEmpty(); i++) {
            String model = JobLog.model(i);
            if (held.stream().anyMatch(it -> isHeld(model, it))) {
                lastHeld.put(new ProcessModel(process, model), world.timeline().now());
            }
        }
    }

    /** Returns true if a breaker of the model, its provider or a key can hold back its calls. */
    private static boolean isHeld(String model, String stoppedCalls) {
        return !stoppedCalls.startsWith("calls of model ")
                || stoppedCalls.startsWith("calls of model " + model + " ");
    }

    private void check(WorkerProcess process, Task task, long polledAt) {
        var model = new ProcessModel(process, task.topic.model());
        long excused = Math.max(lastFull.getOrDefault(model, 0L), lastHeld.getOrDefault(model, 0L));
        long since = Math.max(polledAt, excused);
        long delay = world.timeline().now() - since;
        if (!full.contains(model) && delay > MAX_DELAY.toNanos()) {
            checker.violated(
                    Invariant.MODELS_ISOLATED,
                    "%s waits in %s for %s, and its model has free guaranteed slots"
                            .formatted(task, process, Duration.ofNanos(delay)));
        }
    }

    private boolean hasOutage(String model) {
        Scenario.Outage outage = world.scenario().outage();
        return outage != null && outage.model().equals(model);
    }

    private boolean waits(WorkerProcess process, Task task) {
        return task.needsCall
                && !hasOutage(task.topic.model())
                && task.started == 0
                && !task.isFinished()
                && !world.control().isCancelled(task)
                && !world.control().hasBeenPaused(task)
                && !process.isReleasing(task.partition);
    }
}
