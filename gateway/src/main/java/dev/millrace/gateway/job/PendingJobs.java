package dev.millrace.gateway.job;

import dev.millrace.gateway.tenant.TenantTotals;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The jobs whose results are awaited by requests of this instance. Bounds the number of requests,
 * including requests that share a job, and the memory of requests and results. A tenant gets at
 * most half of the number and memory that other tenants leave, or a single larger request.
 * Thread-safe.
 */
final class PendingJobs {
    private final ConcurrentHashMap<String, PendingJob> byId = new ConcurrentHashMap<>();
    private final TenantTotals requests = new TenantTotals();
    private final TenantTotals bytes = new TenantTotals();
    private final int maxRequests;
    private final long maxBytes;

    /**
     * @param maxRequests largest number of requests
     * @param maxBytes bound for all requests and results together; a result beyond the bound is
     *     still delivered, but no more requests are accepted
     */
    PendingJobs(int maxRequests, long maxBytes) {
        this.maxRequests = maxRequests;
        this.maxBytes = maxBytes;
    }

    /**
     * Adds a request that awaits a job. If a job with this id exists, the request joins it. The
     * request belongs to the tenant of the given job.
     *
     * @param size memory of the request in bytes; counts only if the job is new
     * @return the given job, or the existing one
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
            reserve(job.tenant(), 0);
            if (present.join()) {
                return present;
            }
            free(job.tenant(), 0);
            // Its last request is leaving at this moment.
            byId.remove(job.id(), present);
        }
    }

    private void reserve(String tenant, long size) {
        long ofTenant = requests.add(tenant, 1);
        long ofTenantBytes = bytes.add(tenant, size);
        if (requests.all() > maxRequests || bytes.all() > maxBytes) {
            free(tenant, size);
            throw JobRefusal.overloaded();
        }
        long most = TenantTotals.mostOfTenant(maxRequests, requests.all() - ofTenant);
        long mostBytes = TenantTotals.mostOfTenant(maxBytes, bytes.all() - ofTenantBytes);
        boolean isTooLarge = size > 0 && ofTenantBytes > Math.max(mostBytes, size);
        if (ofTenant > most || isTooLarge) {
            free(tenant, size);
            throw JobRefusal.overloaded(tenant);
        }
    }

    private void free(String tenant, long size) {
        requests.add(tenant, -1);
        bytes.add(tenant, -size);
    }

    /** Returns true if a request awaits the result of the job. */
    boolean contains(String id) {
        return byId.containsKey(id);
    }

    /** Hands a result to the requests that await it, if any. */
    void complete(String id, byte[] result) {
        PendingJob job = byId.get(id);
        if (job != null && !job.result().isDone() && job.addBytes(result.length)) {
            bytes.add(job.tenant(), result.length);
            job.onAccepted();
            job.result().complete(result);
        }
    }

    /**
     * Ends the wait of one request; true if it was the last one of its job.
     *
     * @param tenant tenant of the request
     */
    boolean leave(PendingJob job, String tenant) {
        boolean isLast = job.leave();
        if (isLast) {
            byId.remove(job.id(), job);
        }
        free(tenant, 0);
        if (isLast) {
            bytes.add(job.tenant(), -job.takeBytes());
        }
        return isLast;
    }

    void forEach(Consumer<PendingJob> action) {
        byId.values().forEach(action);
    }

    /** Returns the number of jobs. */
    int count() {
        return byId.size();
    }

    /** Returns the memory of requests and results in bytes. */
    long bytes() {
        return bytes.all();
    }
}
