package dev.millrace.gateway.http;

import dev.millrace.gateway.access.KeyRights;
import java.util.Optional;

/**
 * The sender of a request.
 *
 * @param name name of the key, for logs and manifests
 * @param tenant tenant of all the caller's jobs
 * @param batch batch of the caller's jobs outside of batch files
 * @param apiKey id of the API key, whose budget pays all of the caller's jobs; empty without a key
 * @param rights operations that the caller may perform, and on whose data
 * @param limits rates and models that the caller may use
 */
public record Caller(
        String name,
        String tenant,
        String batch,
        Optional<String> apiKey,
        KeyRights rights,
        CallerLimits limits) {
    /** The batch of jobs of callers without a key. */
    public static final String SHARED_BATCH = "gateway";

    /** Creates a caller who may do everything. */
    public Caller(String name, String tenant) {
        this(name, tenant, SHARED_BATCH, Optional.empty(), KeyRights.ALL, CallerLimits.NONE);
    }

    /** Returns the only tenant whose data the caller may read; empty for all. */
    public Optional<String> readable() {
        return rights.readable(tenant);
    }
}
