package dev.millrace.worker.simulation;

import dev.millrace.contracts.catalog.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks {@link Invariant#LIMITS_KEPT} for each process, since the limits of the simulation are not
 * shared, and {@link Invariant#LIMITS_USED} in histories without another reason to wait.
 *
 * <p>The tokens of running calls are unknown. The tokens of a window are therefore counted from the
 * calls whose reports the process had handled when it announced the next call.
 */
final class LimitWatch {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Least part of a limit that is used. Slow transactions cost a part of it. */
    private static final double LEAST_USE = 0.75;

    /** With fewer calls, the start of the history counts too much. */
    private static final int LEAST_CALLS = 20;

    private final Checker checker;
    private final World world;
    private final Limits limits;
    private final Map<ProcessModel, List<SentCall>> calls = new HashMap<>();

    /** Start of each process's last transaction, which announces the next calls. */
    private final Map<WorkerProcess, Long> lastCommit = new HashMap<>();

    /** Announcement of each job's latest call. */
    private final Map<Task, Long> announced = new HashMap<>();

    /** Time at which each job's latest call left the loop. */
    private final Map<Task, Long> left = new HashMap<>();

    private record ProcessModel(WorkerProcess process, String model) {}

    LimitWatch(Checker checker) {
        this.checker = checker;
        this.world = checker.world();
        this.limits = world.scenario().limits().limits();
    }

    private boolean isLimited() {
        return !limits.equals(Limits.NONE);
    }

    void onCommit(WorkerProcess process) {
        lastCommit.put(process, world.timeline().now());
    }

    /** Notes a call that a process starts. */
    void onStarted(WorkerProcess process, Task task) {
        announced.put(task, lastCommit.getOrDefault(process, 0L));
        left.put(task, world.timeline().now());
    }

    /** Checks a call that the provider receives. */
    void onSent(SentCall sent) {
        if (!isLimited()) {
            return;
        }
        var ofModel =
                calls.computeIfAbsent(
                        new ProcessModel(sent.process, sent.model), _ -> new ArrayList<>());
        ofModel.add(sent);
        long leftAt = left.getOrDefault(sent.task, sent.atNanos);
        if (sent.process.wasPausedAfter(leftAt)) {
            sent.leftAtNanos = leftAt;
        }
        limits.requestsPerSecond()
                .ifPresent(
                        it -> check(sent, "calls in a second", count(sent, ofModel, SECOND), it));
        limits.requestsPerMinute()
                .ifPresent(
                        it -> check(sent, "calls in a minute", count(sent, ofModel, MINUTE), it));
        limits.tokensPerMinute()
                .ifPresent(it -> check(sent, "tokens in a minute", tokens(sent, ofModel), it));
        limits.concurrency().ifPresent(it -> check(sent, "calls in flight", running(ofModel), it));
    }

    private void check(SentCall sent, String unit, long found, long limit) {
        if (found > limit) {
            checker.violated(
                    Invariant.LIMITS_KEPT,
                    "%s has %d %s with %s; %d are allowed"
                            .formatted(sent.process, found, unit, sent.task, limit));
        }
    }

    /** Counts the calls of a window that ends with a call. */
    private static long count(SentCall last, List<SentCall> ofModel, Duration window) {
        return ofModel.stream()
                .filter(it -> it.leftAtNanos > last.leftAtNanos - window.toNanos())
                .count();
    }

    private long tokens(SentCall sent, List<SentCall> ofModel) {
        long announcedAt = announced.getOrDefault(sent.task, 0L);
        long since = world.timeline().now() - MINUTE.toNanos();
        return ofModel.stream()
                .filter(it -> it.atNanos > since && it.settledAtNanos <= announcedAt)
                .mapToLong(it -> it.billedTokens)
                .sum();
    }

    private static long running(List<SentCall> ofModel) {
        return ofModel.stream().filter(it -> !it.isOver).count();
    }

    /** Checks how well the limits were used. */
    void atEnd() {
        if (!world.scenario().limits().isAlone()) {
            return;
        }
        for (List<SentCall> ofModel : calls.values()) {
            if (ofModel.size() >= LEAST_CALLS) {
                long tokens = ofModel.stream().mapToLong(it -> it.billedTokens).sum();
                limits.requestsPerSecond()
                        .ifPresent(it -> checkUse(ofModel, ofModel.size(), it, SECOND));
                limits.requestsPerMinute()
                        .ifPresent(it -> checkUse(ofModel, ofModel.size(), it, MINUTE));
                limits.tokensPerMinute().ifPresent(it -> checkUse(ofModel, tokens, it, MINUTE));
            }
        }
    }

    private void checkUse(List<SentCall> ofModel, long used, long limit, Duration window) {
        long took = ofModel.getLast().atNanos - ofModel.getFirst().atNanos;
        double most = (double) limit * took / window.toNanos();
        if (used < LEAST_USE * most) {
            checker.violated(
                    Invariant.LIMITS_USED,
                    "%d were used in %s, but %.0f are allowed"
                            .formatted(used, Duration.ofNanos(took), most));
        }
    }
}
