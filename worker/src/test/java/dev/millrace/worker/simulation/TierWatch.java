package dev.millrace.worker.simulation;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Checks {@link Invariant#TIERS_ISOLATED} and {@link Invariant#LATEST_STARTS_KEPT} in histories
 * whose model has a cheaper tier.
 */
final class TierWatch {
    /** Longest wait of a job at the standard tier while nothing holds it back. */
    private static final Duration MAX_DELAY = Duration.ofSeconds(4);

    private static final Duration CHECK_INTERVAL = Duration.ofMillis(250);

    private final Checker checker;
    private final World world;

    /** Since when jobs at the standard tier have waited while only the cheaper tier is refused. */
    private Map<Task, Long> waiting = new HashMap<>();

    TierWatch(Checker checker) {
        this.checker = checker;
        this.world = checker.world();
    }

    /** Starts the checks. */
    void start() {
        if (world.scenario().hasTiers()) {
            world.timeline().after(CHECK_INTERVAL, this::checkAgain);
        }
    }

    private void checkAgain() {
        var still = new HashMap<Task, Long>();
        long now = world.timeline().now();
        for (WorkerProcess process : world.running()) {
            boolean waitsForTierOnly =
                    process.waits().stream()
                            .map(Waiting::reason)
                            .allMatch(WaitingReason.CHEAPER_TIER::equals);
            checker.held(process).stream()
                    .filter(task -> waitsForTierOnly && !isBoughtCheaper(task))
                    .filter(task -> checker.hasOnlyToCall(process, task))
                    .forEach(task -> still.put(task, waiting.getOrDefault(task, now)));
        }
        waiting = still;
        waiting.forEach(this::check);
        world.timeline().after(CHECK_INTERVAL, this::checkAgain);
    }

    private void check(Task task, long since) {
        Duration delay = Duration.ofNanos(world.timeline().now() - since);
        if (delay.compareTo(MAX_DELAY) > 0) {
            checker.violated(
                    Invariant.TIERS_ISOLATED,
                    "%s has waited for %s beside jobs of the cheaper tier".formatted(task, delay));
        }
    }

    /** Checks a result that a committed reader sees. */
    void onResult(Task task) {
        if (!world.scenario().hasTiers() || task.isExempt() || !isBoughtCheaper(task)) {
            return;
        }
        Instant deadline =
                MillraceHeaders.text(task.record.headers(), MillraceHeaders.DEADLINE)
                        .map(Instant::parse)
                        .orElse(Instant.MAX);
        if (world.wallTime().isAfter(deadline)) {
            checker.violated(
                    Invariant.LATEST_STARTS_KEPT,
                    "%s ends at %s, after its deadline %s"
                            .formatted(task, world.wallTime(), deadline));
        }
    }

    private static boolean isBoughtCheaper(Task task) {
        return task.record.headers().lastHeader(MillraceHeaders.BUY) != null;
    }
}
