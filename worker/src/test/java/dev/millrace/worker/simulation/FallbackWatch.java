package dev.millrace.worker.simulation;

import dev.millrace.contracts.job.Lane;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Checks {@link Invariant#NO_WAIT_FOR_BREAKER}: a job with a further model does not wait while a
 * breaker of its model is open. A polled job does not count until its partition has room for it.
 * Checked in histories with planned changes only, because failed transactions delay hand-overs. A
 * job of a paused model waits for the end of the pause.
 */
final class FallbackWatch {
    /** Longest wait of such a job; longer than the delay by trial calls and slow transactions. */
    private static final Duration MAX_DELAY = Duration.ofSeconds(4);

    private static final Duration CHECK_INTERVAL = Duration.ofMillis(250);

    private final Checker checker;
    private final World world;

    /** Time since which jobs have waited behind an open breaker. */
    private Map<Task, Long> waits = new HashMap<>();

    FallbackWatch(Checker checker) {
        this.checker = checker;
        this.world = checker.world();
    }

    /** Starts the checks. */
    void start() {
        if (world.scenario().isPlanned() && world.scenario().sizes().models() > 1) {
            world.timeline().after(CHECK_INTERVAL, this::checkAgain);
        }
    }

    private void checkAgain() {
        var still = new HashMap<Task, Long>();
        for (WorkerProcess process : world.running()) {
            List<String> held = process.stoppedCalls();
            if (!held.isEmpty()) {
                checker.held(process).stream()
                        .filter(task -> waits(process, task, held))
                        .forEach(
                                task ->
                                        still.put(
                                                task,
                                                waits.getOrDefault(task, world.timeline().now())));
            }
        }
        waits = still;
        waits.forEach(this::check);
        world.timeline().after(CHECK_INTERVAL, this::checkAgain);
    }

    private void check(Task task, long since) {
        long delay = world.timeline().now() - since;
        if (delay > MAX_DELAY.toNanos()) {
            checker.violated(
                    Invariant.NO_WAIT_FOR_BREAKER,
                    "%s waits for %s behind an open breaker, and may fall back"
                            .formatted(task, Duration.ofNanos(delay)));
        }
    }

    private boolean waits(WorkerProcess process, Task task, List<String> held) {
        return held.stream().anyMatch(it -> isOf(task, it))
                && task.needsCall
                && !task.isFinished()
                && !task.isExempt()
                && !task.isTooLarge
                && !world.control().hasBeenPaused(task)
                && !world.control().isModelPaused(task)
                && !process.isReleasing(task.partition)
                && world.ledger(task.partition).isWaiting(task.offset())
                && coversAnyModel(task)
                && hasNextModel(task);
    }

    /** Returns false for a job that has possibly spent too much for its next model. */
    private static boolean coversAnyModel(Task task) {
        return task.startedForJob() == 0
                || JobRecords.headers(task.record.headers()).costLimit() == null;
    }

    private boolean hasNextModel(Task task) {
        var headers = JobRecords.headers(task.record.headers());
        List<String> chain = headers.chain();
        Lane lane = task.topic.lane().afterHandOver();
        return IntStream.range(headers.position() + 1, chain.size())
                .filter(it -> chain.indexOf(chain.get(it)) == it)
                .mapToObj(it -> JobLog.TOPICS.jobs(chain.get(it), lane))
                .anyMatch(world.jobs()::hasTopic);
    }

    private static boolean isOf(Task task, String stoppedCalls) {
        return stoppedCalls.startsWith("calls of model " + task.topic.model() + " ")
                || stoppedCalls.startsWith("calls of provider ");
    }
}
