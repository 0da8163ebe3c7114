package dev.millrace.standalone.policy;

import dev.millrace.contracts.policy.RoutedBy;
import java.time.Duration;

/**
 * Counts the jobs that each version of a policy routes after a rollback, and decides whether the
 * rollback is in force. Times are nanoseconds of one ticker. Not thread-safe.
 */
final class RoutedJobCounter {
    /** The new version is in force once no other version has routed a job for this long. */
    static final Duration QUIET_PERIOD = Duration.ofSeconds(3);

    /** Time beyond the shortest verification after which the rollback is not in force. */
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final String policy;
    private final String version;
    private final RemovedModels removed;
    private final long startNanos;
    private long lastOtherNanos;
    private long others;
    private long routed;
    private long routedToRemoved;
    private long allowedToRemoved;

    /**
     * Creates a counter.
     *
     * @param version the new version, as in {@code routed_by}
     * @param removed the models that the rollback removes
     * @param startNanos time of the new version's write
     */
    RoutedJobCounter(String policy, String version, RemovedModels removed, long startNanos) {
        this.policy = policy;
        this.version = version;
        this.removed = removed;
        this.startNanos = startNanos;
        lastOtherNanos = startNanos;
    }

    /** The result of the verification so far. */
    enum Verdict {
        /** Not decided yet. */
        OPEN,
        /** No other version routed a job for {@link #QUIET_PERIOD}; no removed model got a job. */
        IN_FORCE,
        /** Another version still routes jobs, or a removed model still gets jobs. */
        NOT_IN_FORCE
    }

    /** Counts a routed job. */
    void onJob(RoutedBy by, String model, long nowNanos) {
        if (!by.policy().equals(policy)) {
            return;
        }
        if (by.version().equals(version)) {
            routed++;
            onRouted(by, model);
        } else {
            others++;
            lastOtherNanos = nowNanos;
        }
    }

    private void onRouted(RoutedBy by, String model) {
        if (removed.contains(model)) {
            if (removed.isAllowed(by.rule(), model)) {
                allowedToRemoved++;
            } else {
                routedToRemoved++;
            }
        }
    }

    /**
     * Returns the verdict at the given time.
     *
     * @param minDuration shortest time to verify
     */
    Verdict verdict(Duration minDuration, long nowNanos) {
        var elapsed = nowNanos - startNanos;
        if (routedToRemoved > 0) {
            return Verdict.NOT_IN_FORCE;
        }
        if (elapsed >= minDuration.toNanos()
                && nowNanos - lastOtherNanos >= QUIET_PERIOD.toNanos()) {
            return Verdict.IN_FORCE;
        }
        return elapsed >= TIMEOUT.plus(minDuration).toNanos() ? Verdict.NOT_IN_FORCE : Verdict.OPEN;
    }

    /** Returns the time from the write to the last job that another version routed. */
    Duration untilInForce() {
        return Duration.ofNanos(lastOtherNanos - startNanos);
    }

    /** Returns the number of jobs that other versions routed after the write. */
    long others() {
        return others;
    }

    /** Returns the number of jobs that the new version routed. */
    long routed() {
        return routed;
    }

    /**
     * Returns the number of jobs of the new version at removed models, by rules that may not choose
     * these models.
     */
    long routedToRemoved() {
        return routedToRemoved;
    }

    /**
     * Returns the number of jobs of the new version at removed models, by rules that may choose
     * these models.
     */
    long allowedToRemoved() {
        return allowedToRemoved;
    }
}
