package dev.millrace.worker.call;

import java.net.URI;
import java.util.Map;

/**
 * An HTTP POST of a JSON body.
 *
 * @param headers contain keys; must never be shown
 */
record ProviderRequest(URI uri, Map<String, String> headers, byte[] body) {
    ProviderRequest {
        headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
        return "POST to " + uri.getHost() + ", " + body.length + " bytes";
    }
}
