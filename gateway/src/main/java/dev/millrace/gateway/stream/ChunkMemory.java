package dev.millrace.gateway.stream;

import dev.millrace.gateway.tenant.TenantTotals;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory of all chunks that have not been sent to their clients yet. The clients of a
 * tenant hold at most half of the memory that other tenants leave. Thread-safe.
 */
public final class ChunkMemory {
    private final long maxBytes;
    private final TenantTotals held = new TenantTotals();
    private final AtomicLong overflowed = new AtomicLong();

    /** Creates a memory for {@code maxBytes}, of which nothing is held. */
    public ChunkMemory(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes memory; returns false, and takes none, if too little is left for the tenant. */
    boolean tryTake(String tenant, int bytes) {
        long ofTenant = held.add(tenant, bytes);
        long all = held.all();
        if (all <= maxBytes && ofTenant <= TenantTotals.mostOfTenant(maxBytes, all - ofTenant)) {
            return true;
        }
        free(tenant, bytes);
        return false;
    }

    void free(String tenant, int bytes) {
        var _ = held.add(tenant, -bytes);
    }

    /** Counts a chunk dropped for lack of room. */
    void onOverflow() {
        overflowed.incrementAndGet();
    }

    /** Returns the bytes that are held now. */
    public long held() {
        return held.all();
    }

    /** Returns the maximum number of bytes held. */
    public long maxBytes() {
        return maxBytes;
    }

    /** Returns the number of chunks dropped so far for lack of room. */
    public long overflowed() {
        return overflowed.get();
    }
}
