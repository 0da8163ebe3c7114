package dev.millrace.router.seen;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Says which seen jobs can be forgotten: ended ones after a window, and lost ones, whose end will
 * never be read.
 *
 * @param window for how long after a job's end another record is a repeat
 * @param lostBefore an unfinished job that was routed before that time is lost, in milliseconds
 *     since the epoch; asked from any stream thread
 */
public record Expiry(Duration window, LongSupplier lostBefore) {
    /** Returns true when the job's time is over. */
    boolean isOver(SeenJob job, long nowMillis) {
        return job.hasEnded()
                ? nowMillis - job.atMillis() >= window.toMillis()
                : job.atMillis() < lostBefore.getAsLong();
    }
}
