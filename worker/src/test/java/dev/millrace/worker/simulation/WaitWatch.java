package dev.millrace.worker.simulation;

import dev.millrace.contracts.waiting.Waiting;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks {@link Invariant#WAITS_HAVE_REASONS}: while a job waits in a process, the process reports
 * why jobs of its model wait. Applies to histories with planned changes only, because a suspended
 * process, or one with failing transactions, has no current report.
 */
final class WaitWatch {
    /** A report is a second old, and a slow transaction delays the next one. */
    private static final Duration MAX_DELAY = Duration.ofSeconds(4);

    private static final Duration CHECK_INTERVAL = Duration.ofMillis(250);

    private final Checker checker;
    private final World world;

    /** Since when jobs have waited without a reason. */
    private Map<Task, Long> unexplained = new HashMap<>();

    WaitWatch(Checker checker) {
        this.checker = checker;
        this.world = checker.world();
    }

    /** Starts the checks. */
    void start() {
        if (world.scenario().isPlanned()) {
            world.timeline().after(CHECK_INTERVAL, this::checkAgain);
        }
    }

    private void checkAgain() {
        var still = new HashMap<Task, Long>();
        long now = world.timeline().now();
        for (WorkerProcess process : world.running()) {
            Set<String> explained =
                    process.waits().stream().map(Waiting::model).collect(Collectors.toSet());
            checker.held(process).stream()
                    .filter(task -> !explained.contains(task.topic.model()))
                    .filter(task -> waits(process, task))
                    .forEach(task -> still.put(task, unexplained.getOrDefault(task, now)));
        }
        unexplained = still;
        unexplained.forEach(this::check);
        world.timeline().after(CHECK_INTERVAL, this::checkAgain);
    }

    private void check(Task task, long since) {
        long delay = world.timeline().now() - since;
        if (delay > MAX_DELAY.toNanos()) {
            checker.violated(
                    Invariant.WAITS_HAVE_REASONS,
                    "%s waits for %s, and no reason is reported"
                            .formatted(task, Duration.ofNanos(delay)));
        }
    }

    private boolean waits(WorkerProcess process, Task task) {
        return !task.isFinished()
                && !task.isExempt()
                && !process.isReleasing(task.partition)
                && (world.ledger(task.partition).isWaiting(task.offset())
                        || world.ledger(task.partition).isUntouched(task.offset()));
    }
}
