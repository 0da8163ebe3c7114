package dev.millrace.gateway.job;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The jobs whose results requests of this instance await, bounded in number and in the memory of
 * their requests and results. A tenant has at most half of the number. Thread-safe.
 */
final class PendingJobs {
    private final ConcurrentHashMap<String, PendingJob> byId = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Integer> countByTenant = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final int maxJobs;
    private final long maxBytes;

    /**
     * @param maxJobs largest number of jobs; a tenant may have half of them
     * @param maxBytes bound for all requests and results together; a result that arrives beyond it
     *     is still delivered, but no further job is accepted
     */
    PendingJobs(int maxJobs, long maxBytes) {
        this.maxJobs = maxJobs;
        this.maxBytes = maxBytes;
    }

    /**
     * Adds a job, or joins the one with the same id.
     *
     * @return the given job, or the one that was there
     * @throws JobRefusal if there is no room
     */
    PendingJob add(PendingJob job, long size) {
        while (true) {
            PendingJob present = byId.get(job.id());
            if (present == null) {
                reserve(job.tenant(), size);
                job.setBytes(size);
                present = byId.putIfAbsent(job.id(), job);
                if (present == null) {
                    return job;
                }
                free(job.tenant(), size);
            }
            if (present.join()) {
                return present;
            }
            // Its last request is leaving at this moment.
            byId.remove(job.id(), present);
        }
    }

    private void reserve(String tenant, long size) {
        int ofTenant = countByTenant.merge(tenant, 1, Integer::sum);
        int all = count.incrementAndGet();
        long held = bytes.addAndGet(size);
        if (all > maxJobs || held > maxBytes) {
            free(tenant, size);
            throw JobRefusal.overloaded();
        }
        if (ofTenant > maxOfTenant()) {
            free(tenant, size);
            throw JobRefusal.overloaded(tenant);
        }
    }

    private int maxOfTenant() {
        return Math.max(1, maxJobs / 2);
    }

    private void free(String tenant, long size) {
        var _ = countByTenant.computeIfPresent(tenant, (_, count) -> count > 1 ? count - 1 : null);
        count.decrementAndGet();
        bytes.addAndGet(-size);
    }

    /** Returns true if a request awaits the result of the job. */
    boolean contains(String id) {
        return byId.containsKey(id);
    }

    /** Hands a result to the requests that await it; does nothing if there are none. */
    void complete(String id, byte[] result) {
        PendingJob job = byId.get(id);
        if (job != null && !job.result().isDone() && job.addBytes(result.length)) {
            bytes.addAndGet(result.length);
            job.onAccepted();
            job.result().complete(result);
        }
    }

    /** Ends the wait of one request; true if it was the last one of its job. */
    boolean leave(PendingJob job) {
        if (!job.leave()) {
            return false;
        }
        byId.remove(job.id(), job);
        free(job.tenant(), job.takeBytes());
        return true;
    }

    /** Returns the number of jobs. */
    int count() {
        return count.get();
    }

    /** Returns the memory of requests and results in bytes. */
    long bytes() {
        return bytes.get();
    }
}
