package dev.millrace.standalone.control;

import dev.millrace.contracts.policy.RoutedBy;
import java.time.Duration;

/**
 * Counts which version of a policy jobs are routed by after another one was put in force. Times are
 * nanoseconds of one clock. Of one thread.
 */
final class RoutingTally {
    /** For so long no job of another version may come before the new one counts as in force. */
    static final Duration QUIET = Duration.ofSeconds(3);

    /** After so long another version that still comes is a fault. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

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
     * @param version the new one, as in {@code routed_by}
     * @param removed models that the policy named before and does not name now
     * @param startNanos when it was written
     */
    RoutingTally(String policy, String version, RemovedModels removed, long startNanos) {
        this.policy = policy;
        this.version = version;
        this.removed = removed;
        this.startNanos = startNanos;
        lastOtherNanos = startNanos;
    }

    /** What is known when enough has been seen. */
    enum Verdict {
        /** It is too early to say. */
        OPEN,
        /** Nothing of another version came for long enough, and nothing went to a removed arm. */
        IN_FORCE,
        /** Another version still decides, or a removed arm still gets jobs. */
        NOT_IN_FORCE
    }

    /** A job has been routed. */
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
     * What is known now.
     *
     * @param least how long to look at the least
     */
    Verdict verdict(Duration least, long nowNanos) {
        var seen = nowNanos - startNanos;
        if (routedToRemoved > 0) {
            return Verdict.NOT_IN_FORCE;
        }
        if (seen >= least.toNanos() && nowNanos - lastOtherNanos >= QUIET.toNanos()) {
            return Verdict.IN_FORCE;
        }
        return seen >= PATIENCE.plus(least).toNanos() ? Verdict.NOT_IN_FORCE : Verdict.OPEN;
    }

    /** From the writing to the last job of another version. */
    Duration untilInForce() {
        return Duration.ofNanos(lastOtherNanos - startNanos);
    }

    /** Jobs that another version routed after the writing. */
    long others() {
        return others;
    }

    /** Jobs that the new version routed. */
    long routed() {
        return routed;
    }

    /** Among them those to a model that the policy named before, by a rule that may not do so. */
    long routedToRemoved() {
        return routedToRemoved;
    }

    /** The same by a rule that may: one that takes the cheapest model. */
    long allowedToRemoved() {
        return allowedToRemoved;
    }
}
