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

/** How the other contenders do their work: the least code that gets an answer. Thread-safe. */
interface Caller {
    /** Blocks until there is an answer. */
    byte[] answer(byte[] job);

    /**
     * One for that work.
     *
     * @param concurrency calls at once at most
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
                throw new IllegalStateException("nobody interrupts a call", e);
            }
        };
    }

    /** The client that Millrace uses too. The job's bytes are sent as they are. */
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
