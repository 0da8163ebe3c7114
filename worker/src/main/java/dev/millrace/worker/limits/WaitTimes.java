package dev.millrace.worker.limits;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.job.Hold;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.WorkerMetrics;
import dev.millrace.worker.limits.CallLimits.Delay;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.tier.Tiers;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which limit holds back the ready jobs of each model and lane, and measures for how
 * long. Only the lane whose turn it is asks the limits, and a critical lane that overtakes it. The
 * loop asks the limits several times a second while jobs are ready, so a longer gap means that no
 * job was ready.
 */
final class WaitTimes {
    private static final long LONGEST_GAP_NANOS = Duration.ofSeconds(1).toNanos();

    /** Age from which a description is renewed, since the amounts of limits change. */
    private static final long RENEWAL_NANOS = Duration.ofMillis(100).toNanos();

    /** Reasons that hold back calls at one tier of a model. */
    private static final Set<WaitingReason> OF_TIER =
            EnumSet.of(
                    WaitingReason.CONFIGURED_LIMIT,
                    WaitingReason.FOUND_LIMIT,
                    WaitingReason.PROVIDER_WAIT,
                    WaitingReason.BREAKER);

    private final WorkerMetrics metrics;
    private final Tiers tiers;
    private final Map<String, Wait> waits = new HashMap<>();
    private final Map<Queue, Held> held = new HashMap<>();

    /**
     * A queue of jobs of which only the first one asks the limits.
     *
     * @param lane null for poison candidates
     */
    private record Queue(String model, @Nullable Lane lane) {
        static Queue of(Job job) {
            return new Queue(job.queue(), job.isPoisonCandidate() ? null : job.partition().lane());
        }
    }

    /** The reason that holds back the first job of a queue. */
    private static final class Held {
        final AdmissionLimit limit;
        final Hold hold;
        final long describedNanos;
        long askedNanos;
        long waitNanos;

        Held(AdmissionLimit limit, Hold hold, long nowNanos) {
            this.limit = limit;
            this.hold = hold;
            describedNanos = nowNanos;
        }
    }

    /** The wait of a model. */
    private static final class Wait {
        @Nullable WaitingReason reason;
        @Nullable WaitingReason last;
        long askedNanos;
        boolean hasRetries;

        /** Time up to which waiting retries are counted; meaningless until {@link #hasRetries}. */
        long retriesUntilNanos;
    }

    WaitTimes(WorkerMetrics metrics, Tiers tiers) {
        this.metrics = metrics;
        this.tiers = tiers;
    }

    /**
     * Records that the limit holds back the first job of a queue.
     *
     * @param waitNanos {@link AdmissionLimit#UNKNOWN} if unknown
     */
    void onHeldBack(Job job, AdmissionLimit limit, long waitNanos, long nowNanos) {
        WaitingReason reason = hold(job, limit, waitNanos, nowNanos).reason();
        Wait wait = waits.computeIfAbsent(job.queue(), _ -> new Wait());
        long gap = nowNanos - wait.askedNanos;
        if (wait.reason == reason && gap > 0 && gap <= LONGEST_GAP_NANOS) {
            metrics.onWaited(job.model(), reason, gap);
        }
        wait.reason = reason;
        wait.last = reason;
        wait.askedNanos = nowNanos;
    }

    private Hold hold(Job job, AdmissionLimit limit, long waitNanos, long nowNanos) {
        var queue = Queue.of(job);
        Held latest = held.get(queue);
        if (latest == null
                || !latest.limit.equals(limit)
                || nowNanos - latest.describedNanos >= RENEWAL_NANOS) {
            Hold hold = limit.hold(job, nowNanos);
            latest = new Held(limit, job.isBoughtCheaper() ? ofTier(job, hold) : hold, nowNanos);
            held.put(queue, latest);
        }
        latest.askedNanos = nowNanos;
        latest.waitNanos = waitNanos;
        return latest.hold;
    }

    /** Only a wait for the cheaper tier itself ends when it is too late for the tier. */
    private Hold ofTier(Job job, Hold hold) {
        return OF_TIER.contains(hold.reason()) ? tiers.hold(job, hold.value()) : hold;
    }

    /**
     * Returns the limit that holds back the first job of a queue; null if none does. A lane waits
     * for the limit that holds back the lane whose turn it is.
     */
    @Nullable Delay heldBack(String model, @Nullable Lane lane, long nowNanos) {
        Held latest = recent(new Queue(model, lane), nowNanos);
        for (Lane other : lane == null ? new Lane[0] : Lane.values()) {
            latest = latest == null ? recent(new Queue(model, other), nowNanos) : latest;
        }
        if (latest == null) {
            return null;
        }
        long left = latest.waitNanos - (nowNanos - latest.askedNanos);
        return new Delay(
                latest.waitNanos == AdmissionLimit.UNKNOWN ? AdmissionLimit.UNKNOWN : left,
                latest.hold);
    }

    private @Nullable Held recent(Queue queue, long nowNanos) {
        Held latest = held.get(queue);
        return latest == null || nowNanos - latest.askedNanos > LONGEST_GAP_NANOS ? null : latest;
    }

    /** Returns what last held back the job's queue, if it did after the job was written. */
    @Nullable WaitingReason lastReason(Job job, LoopClock clock) {
        Wait wait = waits.get(job.queue());
        long waitedMs = clock.now().toEpochMilli() - job.record().timestamp();
        return wait == null
                        || Duration.ofNanos(clock.nanos() - wait.askedNanos).toMillis() > waitedMs
                ? null
                : wait.last;
    }

    /**
     * Records that a retry waits while jobs behind it can start. Counts the time ahead;
     * simultaneous waits of retries count once.
     */
    void onRetryHeldBack(Job job, long waitNanos, long nowNanos) {
        Wait wait = waits.computeIfAbsent(job.queue(), _ -> new Wait());
        long until = nowNanos + waitNanos;
        boolean overlaps = wait.hasRetries && wait.retriesUntilNanos - nowNanos > 0;
        long counted = until - (overlaps ? wait.retriesUntilNanos : nowNanos);
        if (counted > 0) {
            metrics.onWaited(job.model(), WaitingReason.RETRY_BUDGET, counted);
            wait.hasRetries = true;
            wait.retriesUntilNanos = until;
        }
    }

    /** Records that a job of the model may start. */
    void onPermitted(Job job) {
        Wait wait = waits.get(job.queue());
        if (wait != null) {
            wait.reason = null;
            held.remove(Queue.of(job));
        }
    }
}
