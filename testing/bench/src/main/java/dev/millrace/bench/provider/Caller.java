package dev.millrace.bench.provider;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/** Answers a job, for whatever is compared with Millrace. Thread-safe. */
public interface Caller {
    /** Returns the answer to a job; blocks until the answer is there. */
    byte[] answer(byte[] job);

    /** Creates a caller that waits and returns a fixed answer. */
    static Caller waiting(Duration time) {
        byte[] answer = FixedAnswer.body();
        return _ -> {
            try {
                if (time.isPositive()) {
                    Thread.sleep(time);
                }
                return answer;
            } catch (InterruptedException e) {
                throw new IllegalStateException("a call was interrupted unexpectedly", e);
            }
        };
    }

    /**
     * Creates a caller that sends the job's bytes unchanged, with the HTTP client that Millrace
     * uses.
     *
     * @param provider base address, including {@code /v1}
     * @param concurrency maximum number of concurrent calls
     */
    static Caller http(URI provider, int concurrency) {
        HttpClient client =
                HttpClients.custom()
                        .setConnectionManager(
                                PoolingHttpClientConnectionManagerBuilder.create()
                                        .setMaxConnTotal(concurrency)
                                        .setMaxConnPerRoute(concurrency)
                                        .build())
                        .build();
        URI address = URI.create(provider + "/chat/completions");
        return job -> {
            var post = new HttpPost(address);
            post.setEntity(new ByteArrayEntity(job, ContentType.APPLICATION_JSON));
            try {
                return client.execute(
                        post, response -> EntityUtils.toByteArray(response.getEntity()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }
}
