package dev.millrace.traces;

import dev.millrace.contracts.job.JobId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Keeps the failed calls of unfinished jobs that are not sampled, in case they end with an error.
 * Bounded: forgets the oldest jobs and further calls. Thread-safe.
 */
final class FailedCalls {
    private static final int JOBS = 1_000;
    private static final int CALLS_OF_JOB = 20;

    private final SequencedMap<JobId, List<JobSpan>> calls = new LinkedHashMap<>();

    synchronized boolean isEmpty() {
        return calls.isEmpty();
    }

    synchronized void add(JobId job, JobSpan call) {
        List<JobSpan> known = calls.computeIfAbsent(job, _ -> new ArrayList<>());
        if (known.size() < CALLS_OF_JOB) {
            known.add(call);
        }
        if (calls.size() > JOBS) {
            var _ = calls.pollFirstEntry();
        }
    }

    /** Returns and forgets the calls of a job that has ended. */
    synchronized List<JobSpan> take(JobId job) {
        List<JobSpan> known = calls.remove(job);
        return known == null ? List.of() : known;
    }
}
