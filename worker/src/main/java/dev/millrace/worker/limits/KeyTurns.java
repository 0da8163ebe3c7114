package dev.millrace.worker.limits;

import dev.millrace.worker.job.Job;
import java.util.HashMap;
import java.util.Map;

/** Assigns the API keys of each provider to its calls in turn. Never delays a call. */
final class KeyTurns implements AdmissionLimit {
    /** Number of calls by provider, modulo 2^32. */
    private final Map<String, Integer> calls = new HashMap<>();

    @Override
    public long waitNanos(Job job, long nowNanos) {
        return 0;
    }

    @Override
    public void reserve(Job job, long nowNanos) {
        job.useKey(calls.merge(job.model().provider(), 1, Integer::sum) - 1);
    }
}
