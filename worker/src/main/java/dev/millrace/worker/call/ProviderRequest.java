package dev.millrace.worker.call;

import dev.millrace.contracts.job.Endpoint;
import java.net.URI;
import java.util.Map;

/**
 * An HTTP POST of a JSON body.
 *
 * @param endpoint the endpoint that is called; determines how a streamed answer is read
 * @param headers contain keys; must never be shown
 */
record ProviderRequest(Endpoint endpoint, URI uri, Map<String, String> headers, byte[] body) {
    ProviderRequest {
        headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
        return "POST to " + uri.getHost() + ", " + body.length + " bytes";
    }
}
