package dev.millrace.worker.simulation;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Checks {@link Invariant#FOUND_LIMITS_HEAL} in histories in which the provider refuses all calls
 * for a time, and none afterwards. No other limit holds back their calls.
 */
final class HealingWatch {
    /** Accepted calls restore the rate within this time. */
    private static final Duration HEALING = Duration.ofSeconds(30);

    /** Longest wait of a job for its first call; slow transactions take a part of it. */
    private static final Duration MAX_DELAY = Duration.ofSeconds(3);

    private final Checker checker;
    private final World world;
    private final Map<Task, Long> polled = new HashMap<>();

    HealingWatch(Checker checker) {
        this.checker = checker;
        this.world = checker.world();
    }

    private boolean isWatched() {
        return world.scenario().provider().refuses().isPositive();
    }

    /** Notes the records that a process has polled. */
    void onPolled(Iterable<Task> tasks) {
        if (isWatched()) {
            tasks.forEach(task -> polled.putIfAbsent(task, world.timeline().now()));
        }
    }

    /** Checks a call that the provider receives. */
    void onSent(Task task) {
        Long since = polled.get(task);
        if (since == null || !task.sent.isEmpty() || since < healedNanos()) {
            return;
        }
        long delay = world.timeline().now() - since;
        if (delay > MAX_DELAY.toNanos()) {
            checker.violated(
                    Invariant.FOUND_LIMITS_HEAL,
                    "%s has waited for %s, though the provider has accepted all calls for %s"
                            .formatted(
                                    task,
                                    Duration.ofNanos(delay),
                                    Duration.ofNanos(since)
                                            .minus(world.scenario().provider().refuses())));
        }
    }

    /** Returns the time from which jobs do not wait. */
    private long healedNanos() {
        Scenario.ProviderBehavior provider = world.scenario().provider();
        Duration idle = provider.idle();
        return provider.refuses().plus(idle.isZero() ? HEALING : idle).toNanos();
    }
}
