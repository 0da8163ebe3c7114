package dev.millrace.gateway.job;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The waiting calls of a gateway, for simulations in other modules. */
public final class SimulatedCalls {
    private static final int MAX_REQUESTS = 1_000;
    private static final long MAX_BYTES = 1 << 20;

    private final PendingJobs pending = new PendingJobs(MAX_REQUESTS, MAX_BYTES);
    private final Map<String, PendingJob> waiting = new HashMap<>();

    /**
     * Awaits the job of a request with an idempotency key.
     *
     * @param bytes size of the request
     * @return the custom_id of the job
     */
    public String await(String tenant, String batch, String key, int bytes) {
        var identity = JobIdentity.derive(tenant, batch, key, 1);
        var job = new PendingJob(identity, tenant, batch, key, Instant.MAX);
        PendingJob awaited = pending.add(job, bytes);
        waiting.put(awaited.id(), awaited);
        return identity.customId();
    }

    /** Receives a committed result; returns its line if a call awaits it. */
    public Optional<byte[]> onResult(String jobId, byte[] line) {
        pending.complete(jobId, line);
        PendingJob job = waiting.get(jobId);
        if (job == null || !job.result().isDone()) {
            return Optional.empty();
        }
        waiting.remove(jobId);
        boolean _ = pending.leave(job, job.tenant());
        return Optional.of(job.result().join());
    }

    /** Returns the memory and the number of the calls that wait; 0 when none is left. */
    public long left() {
        return pending.count() + pending.bytes();
    }
}
