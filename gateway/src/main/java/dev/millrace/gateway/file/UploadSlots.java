package dev.millrace.gateway.file;

import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.tenant.TenantSlots;
import io.helidon.http.HeaderValues;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** Bounds the number of concurrent uploads, so that no tenant fills the gateway. */
public final class UploadSlots {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** Maximum number of uploads at once, if there is memory for them. */
    static final int MAX = 64;

    private static final int MIN = 4;
    private static final int TENANTS = 4;

    private final int max;
    private final TenantSlots slots;
    private final LongAdder receivedBytes = new LongAdder();

    private UploadSlots(int max) {
        this.max = max;
        slots = new TenantSlots(max, max / TENANTS);
    }

    /**
     * Creates {@link #MAX} slots, or as many as fit into an eighth of the heap's share, but at
     * least 4.
     *
     * @param uploadBytes memory that an upload needs
     */
    public static UploadSlots of(HeapShare heap, int uploadBytes) {
        return new UploadSlots(Math.clamp(heap.bytes() / 8 / uploadBytes, MIN, MAX));
    }

    /** Returns the maximum number of uploads at once. */
    int max() {
        return max;
    }

    /** Returns the maximum number of uploads of a tenant at once. */
    int maxOfTenant() {
        return max / TENANTS;
    }

    /**
     * Takes a slot for a request. Without a free slot, closes the connection, because the body is
     * not read.
     *
     * @throws ApiError if there is no slot left for the caller's tenant
     */
    public void acquire(Exchange exchange) {
        if (!tryAcquire(exchange.caller().tenant())) {
            exchange.response().header(HeaderValues.CONNECTION_CLOSE);
            throw ApiError.of(
                            ErrorKind.RATE_LIMITED,
                            "too_many_uploads",
                            "the gateway receives at most %d files at once, and %d of a tenant"
                                    .formatted(max(), maxOfTenant()))
                    .retryAfter(RETRY_AFTER);
        }
    }

    /** Takes a slot; returns false if there is none left for the tenant. */
    boolean tryAcquire(String tenant) {
        return slots.tryAcquire(tenant);
    }

    /** Counts the size of a file that was received. */
    public void onReceived(long bytes) {
        receivedBytes.add(bytes);
    }

    /** Returns the size of all files that were received so far. */
    public long receivedBytes() {
        return receivedBytes.sum();
    }

    /** Returns the number of files that are being received. */
    public int taken() {
        return slots.taken();
    }

    /** Gives a slot back that the tenant has taken. */
    public void release(String tenant) {
        slots.release(tenant);
    }
}
