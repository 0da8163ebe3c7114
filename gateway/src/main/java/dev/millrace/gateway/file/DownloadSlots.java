package dev.millrace.gateway.file;

import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.HttpRoute;
import dev.millrace.gateway.tenant.TenantSlots;
import java.time.Duration;

/**
 * Bounds the number of concurrent downloads of files, results and lists, so that slow clients of
 * one tenant leave slots for other tenants.
 */
public final class DownloadSlots {
    static final int MAX = 256;

    /** Maximum number of downloads of a tenant at once. */
    public static final int MAX_OF_TENANT = 64;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final TenantSlots slots = new TenantSlots(MAX, MAX_OF_TENANT);

    /** Returns the handler with a slot for each request, or 429 if its tenant has none left. */
    public HttpRoute.Handler limiting(HttpRoute.Handler handler) {
        return exchange -> {
            String tenant = exchange.caller().tenant();
            if (!tryAcquire(tenant)) {
                throw ApiError.of(
                                ErrorKind.RATE_LIMITED,
                                "too_many_downloads",
                                ("the gateway sends at most %d files, results and lists at once, and"
                                                + " %d of a tenant")
                                        .formatted(MAX, MAX_OF_TENANT))
                        .retryAfter(RETRY_AFTER);
            }
            try {
                handler.handle(exchange);
            } finally {
                release(tenant);
            }
        };
    }

    /** Takes a slot; returns false if there is none left for the tenant. */
    public boolean tryAcquire(String tenant) {
        return slots.tryAcquire(tenant);
    }

    /** Gives a slot back that the tenant has taken. */
    public void release(String tenant) {
        slots.release(tenant);
    }
}
