package dev.millrace.gateway.http;

import dev.millrace.contracts.key.KeyRights;
import java.util.Optional;

/**
 * The sender of a request.
 *
 * @param name name of the key, for logs and manifests
 * @param tenant tenant that all of the caller's jobs belong to
 * @param batch batch of the caller's jobs that belong to no batch file
 * @param apiKey id of the API key, whose budget pays all of the caller's jobs; empty without a key
 * @param rights what the caller does, and with whose data
 * @param limits how much the caller may do
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
