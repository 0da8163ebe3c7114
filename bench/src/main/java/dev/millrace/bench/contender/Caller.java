package dev.millrace.bench.contender;

import dev.millrace.bench.provider.FixedAnswer;
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

/** Does the work of a job for the contenders other than Millrace. Thread-safe. */
interface Caller {
    /** Returns the answer to a job; blocks until the answer is there. */
    byte[] answer(byte[] job);

    /**
     * Creates a caller for the given work.
     *
     * @param concurrency maximum number of concurrent calls
     */
    static Caller of(Work work, int concurrency) {
        return switch (work) {
            case Work.InProcess inProcess -> waiting(inProcess.time());
            case Work.OverHttp overHttp -> http(overHttp.provider(), concurrency);
        };
    }

    private static Caller waiting(Duration time) {
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

    /** Sends the job's bytes unchanged, with the HTTP client that Millrace uses. */
    private static Caller http(URI provider, int concurrency) {
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
