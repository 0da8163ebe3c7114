package dev.millrace.worker.limits;

import dev.millrace.worker.job.Job;
import java.util.HashMap;
import java.util.Map;

/** Assigns the API keys of each provider to its calls in turn. Never delays a call. */
final class KeyTurns implements AdmissionLimit {
    /** The next turn of each provider, in an array of one. */
    private final Map<String, int[]> turns = new HashMap<>();

    @Override
    public long waitNanos(Job job, long nowNanos) {
        return 0;
    }

    @Override
    public void reserve(Job job, long nowNanos) {
        job.useKey(turns.computeIfAbsent(job.model().provider(), _ -> new int[1])[0]++);
    }
}
