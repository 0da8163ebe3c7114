package dev.millrace.worker.job;

import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.port.Providers.CallReport;
import org.jspecify.annotations.Nullable;

/**
 * Follows the calls of jobs, for traces. A feature implements it, and the worker has {@link #NONE}
 * without the feature. Called on the loop's thread; each method returns at once.
 */
public interface CallFollower {
    /** Follows no call. */
    CallFollower NONE = new CallFollower() {};

    /**
     * A call has been launched.
     *
     * @param waitedFor what the job last waited for; null for its turn alone
     */
    default void onLaunched(Job job, @Nullable WaitingReason waitedFor) {}

    /** The running call has reported, and the job knows its cost. */
    default void onReport(Job job, CallReport report) {}

    /** The outcome of the job's latest call stays unknown: it was aborted, or its worker ended. */
    default void onLost(Job job) {}
}
