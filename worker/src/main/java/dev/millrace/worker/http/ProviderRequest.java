package dev.millrace.worker.http;

import dev.millrace.contracts.job.Endpoint;
import java.net.URI;
import java.util.Map;

/**
 * An HTTP POST of a JSON body, or a GET without a body.
 *
 * @param provider name of the provider, which determines the connection
 * @param endpoint the called endpoint; determines how a streamed answer is read
 * @param headers contain keys; must never be shown
 * @param body empty for a GET
 */
public record ProviderRequest(
        String provider, Endpoint endpoint, URI uri, Map<String, String> headers, byte[] body) {
    public ProviderRequest {
        headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
        return (isGet() ? "GET from " : "POST to ") + uri.getHost() + ", " + body.length + " bytes";
    }

    /** Returns true if the request has no body. */
    boolean isGet() {
        return body.length == 0;
    }
}
