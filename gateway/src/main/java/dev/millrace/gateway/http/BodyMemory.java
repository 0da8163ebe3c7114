package dev.millrace.gateway.http;

import dev.millrace.gateway.tenant.TenantTotals;
import java.time.Duration;

/**
 * Bounds the total memory of the bodies of all requests. The requests of a tenant hold at most half
 * of the memory that other tenants leave, or a single larger body. Thread-safe.
 */
public final class BodyMemory {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final TenantTotals held = new TenantTotals();
    private final long maxBytes;

    /** Creates a memory for {@code maxBytes}, of which nothing is held. */
    public BodyMemory(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** The memory of one request, until it is answered. Belongs to the thread of the request. */
    public final class Hold implements AutoCloseable {
        private final String tenant;
        private long bytes;

        private Hold(String tenant) {
            this.tenant = tenant;
        }

        /**
         * Takes memory.
         *
         * @throws ApiError if too little is left, in total or for the tenant
         */
        void add(long more) {
            bytes += more;
            long ofTenant = held.add(tenant, more);
            if (held.all() > maxBytes) {
                throw ApiError.overloaded(
                        RETRY_AFTER,
                        "this gateway has no memory for the body at present; try again shortly");
            }
            // Another request of the tenant has possibly freed memory since.
            long ofOthers = Math.max(0, held.all() - ofTenant);
            long most = TenantTotals.mostOfTenant(maxBytes, ofOthers);
            if (ofTenant > Math.max(most, bytes)) {
                throw ApiError.overloaded(
                        RETRY_AFTER,
                        "the requests of the tenant "
                                + tenant
                                + " hold as much memory as this gateway has for one tenant; try"
                                + " again shortly");
            }
        }

        /** Frees a part of the memory. */
        void free(long part) {
            bytes -= part;
            var _ = held.add(tenant, -part);
        }

        /** Frees the memory. */
        @Override
        public void close() {
            free(bytes);
        }
    }

    /** Returns the bytes that requests hold now. */
    public long held() {
        return held.all();
    }

    /** Returns the bytes that all requests may hold. */
    public long maxBytes() {
        return maxBytes;
    }

    /** Begins a request of a tenant. The request holds no memory yet. */
    Hold begin(String tenant) {
        return new Hold(tenant);
    }
}
