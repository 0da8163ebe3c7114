package dev.millrace.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/**
 * Calls a provider with the HTTP client that Millrace uses. Thread-safe.
 *
 * @param address URL of chat completions
 */
record Caller(HttpClient client, URI address) {
    /**
     * Creates a caller.
     *
     * @param provider base address, including {@code /v1}
     * @param concurrency maximum number of concurrent calls
     */
    static Caller of(URI provider, int concurrency) {
        HttpClient client =
                HttpClients.custom()
                        .setConnectionManager(
                                PoolingHttpClientConnectionManagerBuilder.create()
                                        .setMaxConnTotal(concurrency)
                                        .setMaxConnPerRoute(concurrency)
                                        .build())
                        .build();
        return new Caller(client, URI.create(provider + "/chat/completions"));
    }

    /** Sends a request unchanged and returns the answer; blocks until the answer is there. */
    byte[] answer(byte[] request) {
        var post = new HttpPost(address);
        post.setEntity(new ByteArrayEntity(request, ContentType.APPLICATION_JSON));
        try {
            return client.execute(post, response -> EntityUtils.toByteArray(response.getEntity()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
