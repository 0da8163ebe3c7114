package dev.millrace.worker.limits;

import dev.millrace.worker.job.Job;
import java.util.HashMap;
import java.util.Map;

/** Lets the calls of each provider use its API keys in turn. Holds no call back. */
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
