package dev.millrace.router.dedupe;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Decides when seen jobs expire: ended jobs after a window, and lost jobs, whose end will never be
 * read.
 *
 * @param window time after a job's end in which further requests are repeats
 * @param lostBefore the time before which unfinished jobs are lost, in milliseconds since the
 *     epoch; called from any stream thread
 */
public record SeenJobExpiry(Duration window, LongSupplier lostBefore) {
    /** Returns true when further requests of the job are no longer repeats. */
    boolean isExpired(SeenJob job, long nowMillis) {
        return job.hasEnded()
                ? nowMillis - job.atMillis() >= window.toMillis()
                : job.atMillis() < lostBefore.getAsLong();
    }
}
