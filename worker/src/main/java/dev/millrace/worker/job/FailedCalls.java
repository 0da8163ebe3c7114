package dev.millrace.worker.job;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.worker.answer.Verdict;
import java.util.EnumMap;
import java.util.Map;

/** Counts the failed calls of a job, without excused ones. Belongs to the loop's thread. */
public final class FailedCalls {
    /** Failed attempts by error; most jobs have none. */
    private Map<ErrorCode, Integer> byError = Map.of();

    private int missedWindows;
    private boolean hasLeaseExpired;
    private boolean isRetryNext;

    void onLaunched() {
        hasLeaseExpired = false;
    }

    /** Records that a lease of the launched call has expired, so that the call is not sent. */
    public void onLeaseExpired() {
        hasLeaseExpired = true;
    }

    /** Records the end of a call. */
    void onVerdict(Verdict verdict) {
        switch (verdict) {
            case Verdict.Failed failed -> onFailed(failed.error());
            case Verdict.SendWindowMissed _ -> missedWindows += hasLeaseExpired ? 0 : 1;
            case Verdict.Answered _ -> {}
        }
    }

    private void onFailed(ErrorCode error) {
        if (byError.isEmpty()) {
            byError = new EnumMap<>(ErrorCode.class);
        }
        byError.merge(error, 1, Integer::sum);
        // A provider that asks for a wait is healthy, so the retry budget does not count the next
        // attempt.
        isRetryNext = error != ErrorCode.RATE_LIMIT_EXCEEDED;
    }

    /** Returns the number of attempts that ended with the error. */
    public int count(ErrorCode error) {
        return byError.getOrDefault(error, 0);
    }

    /** Returns the number of calls that could not be sent in time, in spite of valid leases. */
    public int missedWindows() {
        return missedWindows;
    }

    /** Returns true when the retry budget counts the job's next attempt. */
    public boolean isRetryNext() {
        return isRetryNext;
    }
}
