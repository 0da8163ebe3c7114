package dev.millrace.gateway.http;

import io.helidon.webserver.http.ServerRequest;

/** Identifies the callers of requests. */
@FunctionalInterface
public interface Authenticator {
    /**
     * Returns the caller.
     *
     * @throws ApiError if the request has no valid key
     */
    Caller authenticate(ServerRequest request);
}
