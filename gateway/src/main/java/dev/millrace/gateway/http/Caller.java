package dev.millrace.gateway.http;

import java.util.Optional;

/**
 * The sender of a request.
 *
 * @param name name of the key, for logs and manifests
 * @param tenant tenant that all of the caller's jobs belong to
 * @param batch batch of the caller's jobs that belong to no batch file
 * @param apiKey id of the API key, whose budget pays all of the caller's jobs; empty without a key
 * @param limits what the caller may do
 */
public record Caller(
        String name, String tenant, String batch, Optional<String> apiKey, CallerLimits limits) {
    /** The batch of jobs of callers without a key. */
    public static final String SHARED_BATCH = "gateway";

    /** Creates a caller without limits. */
    public Caller(String name, String tenant) {
        this(name, tenant, SHARED_BATCH, Optional.empty(), CallerLimits.NONE);
    }
}
