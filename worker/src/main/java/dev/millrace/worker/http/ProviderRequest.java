package dev.millrace.worker.http;

import dev.millrace.wire.stream.ExpectedAnswer;
import java.net.URI;
import java.util.Map;

/**
 * An HTTP POST of a JSON body, or a GET without a body.
 *
 * @param provider name of the provider, which determines the connection
 * @param expected the answer that the request asks for
 * @param headers contain keys; must never be shown
 * @param body empty for a GET
 */
public record ProviderRequest(
        String provider,
        ExpectedAnswer expected,
        URI uri,
        Map<String, String> headers,
        byte[] body) {
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
