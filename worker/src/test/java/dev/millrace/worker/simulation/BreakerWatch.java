package dev.millrace.worker.simulation;

import dev.millrace.worker.simulation.Scenario.Failing;
import java.time.Duration;

/**
 * Checks {@link Invariant#SLOW_PROVIDERS_STAY_OPEN} in histories of one worker whose provider has
 * no fault but {@link Failing}.
 */
final class BreakerWatch {
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(250);
    private static final Duration MAX_DELAY = Duration.ofSeconds(5);
    private static final int MAX_FAILURES = 10;

    private final Checker checker;
    private final World world;
    private int failures;
    private long firstNanos;
    private long lastNanos;

    BreakerWatch(Checker checker) {
        this.checker = checker;
        this.world = checker.world();
    }

    /** Starts the checks. */
    void start() {
        Failing failing = world.scenario().provider().failing();
        if (failing != null) {
            world.timeline().after(CHECK_INTERVAL, () -> checkAgain(failing));
        }
    }

    private void checkAgain(Failing failing) {
        boolean isOpen = world.running().stream().anyMatch(WorkerProcess::hasOpenBreaker);
        if (isOpen && !failing.isOutage()) {
            checker.violated(
                    Invariant.SLOW_PROVIDERS_STAY_OPEN,
                    "a breaker is open, though the provider answers most calls");
        }
        if (!isOpen && failing.isOutage() && isDue()) {
            checker.violated(
                    Invariant.SLOW_PROVIDERS_STAY_OPEN,
                    "no breaker is open, though all calls fail");
        }
        if (!isOpen || !failing.isOutage()) {
            world.timeline().after(CHECK_INTERVAL, () -> checkAgain(failing));
        }
    }

    /**
     * Returns true if a breaker must be open: enough calls failed, over enough time. Many failures
     * at once are no outage, and while all jobs wait before they retry, nothing more is learned.
     */
    private boolean isDue() {
        return failures > MAX_FAILURES && lastNanos - firstNanos > MAX_DELAY.toNanos();
    }

    /** Notes that a process gets the report of a failed call. */
    void onFailed() {
        lastNanos = world.timeline().now();
        if (failures++ == 0) {
            firstNanos = lastNanos;
        }
    }
}
