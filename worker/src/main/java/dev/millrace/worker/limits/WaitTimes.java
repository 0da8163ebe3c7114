package dev.millrace.worker.limits;

import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.WorkerMetrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Measures for how long each limit holds back the ready jobs of each model. The loop asks the
 * limits several times a second while jobs are ready, so a longer gap means that no job was ready.
 */
final class WaitTimes {
    private static final long LONGEST_GAP_NANOS = Duration.ofSeconds(1).toNanos();

    private final WorkerMetrics metrics;
    private final Map<String, Wait> waits = new HashMap<>();

    private static final class Wait {
        String cause = "";
        long askedNanos;
        boolean hasRetries;

        /** Time up to which waiting retries are counted; meaningless until {@link #hasRetries}. */
        long retriesUntilNanos;
    }

    WaitTimes(WorkerMetrics metrics) {
        this.metrics = metrics;
    }

    /** Records that the limit holds back the first job of a model. */
    void onHeldBack(Job job, String cause, long nowNanos) {
        Wait wait = waits.computeIfAbsent(job.partition().model(), _ -> new Wait());
        long gap = nowNanos - wait.askedNanos;
        if (wait.cause.equals(cause) && gap > 0 && gap <= LONGEST_GAP_NANOS) {
            metrics.onWaited(job.model(), cause, gap);
        }
        wait.cause = cause;
        wait.askedNanos = nowNanos;
    }

    /**
     * Records that a retry waits while jobs behind it may start. Counts the time ahead, and the
     * time of retries that wait at once only once.
     */
    void onRetryHeldBack(Job job, String cause, long waitNanos, long nowNanos) {
        Wait wait = waits.computeIfAbsent(job.partition().model(), _ -> new Wait());
        long until = nowNanos + waitNanos;
        boolean overlaps = wait.hasRetries && wait.retriesUntilNanos - nowNanos > 0;
        long counted = until - (overlaps ? wait.retriesUntilNanos : nowNanos);
        if (counted > 0) {
            metrics.onWaited(job.model(), cause, counted);
            wait.hasRetries = true;
            wait.retriesUntilNanos = until;
        }
    }

    /** Records that a job of the model may start. */
    void onPermitted(Job job) {
        Wait wait = waits.get(job.partition().model());
        if (wait != null) {
            wait.cause = "";
        }
    }
}
