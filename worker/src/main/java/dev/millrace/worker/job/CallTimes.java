package dev.millrace.worker.job;

import dev.millrace.worker.port.Providers.CallReport;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Times of a job's calls in this worker, for its result. Belongs to the loop's thread. */
public final class CallTimes {
    /**
     * Longest reported time in the queue. The client sets the submission time, which can be so
     * distant that the difference overflows.
     */
    private static final Duration LONGEST_QUEUED = Duration.ofDays(365);

    private final Instant submittedAt;
    private @Nullable Instant lastStart;
    private @Nullable Instant lastCalled;
    private long upstreamMs;
    private @Nullable Long firstTokenMs;

    CallTimes(Instant submittedAt) {
        this.submittedAt = submittedAt;
    }

    void onLaunched(Instant now) {
        lastStart = now;
    }

    /** Records the times of a call that has ended, unless it was never made. */
    void onReport(CallReport report) {
        if (report.called()) {
            lastCalled = lastStart;
            upstreamMs = report.took().toMillis();
            Duration firstToken = report.firstToken();
            firstTokenMs = firstToken == null ? null : firstToken.toMillis();
        }
    }

    /**
     * Returns the milliseconds from submission to the start of the last call, or until now without
     * a call; at most a year.
     */
    public long queuedMs(Instant now) {
        Instant until = lastStart == null ? now : lastStart;
        Duration queued = Duration.between(submittedAt, until);
        if (queued.isNegative()) {
            return 0;
        }
        return queued.compareTo(LONGEST_QUEUED) < 0 ? queued.toMillis() : LONGEST_QUEUED.toMillis();
    }

    /** Returns the start of the last call; null for none. */
    public @Nullable Instant lastStart() {
        return lastStart;
    }

    /** Returns the start of the last call that was made and has ended; null for none. */
    public @Nullable Instant lastCalled() {
        return lastCalled;
    }

    /** Returns the duration of the last call in milliseconds. */
    public long upstreamMs() {
        return upstreamMs;
    }

    /**
     * Returns the milliseconds from the start of the last call to the first content of its answer;
     * null if the answer was not streamed.
     */
    public @Nullable Long firstTokenMs() {
        return firstTokenMs;
    }
}
