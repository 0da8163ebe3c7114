package dev.millrace.worker.call;

import dev.millrace.contracts.config.WorkerConfig.Timeouts;
import dev.millrace.worker.answer.Exchange;
import dev.millrace.worker.answer.ResponseHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.LinkedHashMap;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;

/** Exchanges over HTTP/1.1 with pooled connections. */
final class HttpTransport implements Transport {
    private final CloseableHttpClient client;
    private final int maxResponseBytes;
    private final Deadlines deadlines;

    /**
     * @param maxResponseBytes longest body, decompressed
     */
    HttpTransport(CloseableHttpClient client, Timeouts timeouts, int maxResponseBytes) {
        this.client = client;
        this.maxResponseBytes = maxResponseBytes;
        this.deadlines = new Deadlines(timeouts.total());
    }

    @Override
    public Exchange exchange(Outgoing outgoing) {
        var progress = new Progress();
        var deadline = new Deadline();
        var expiry = deadlines.watch(deadline);
        try {
            return send(outgoing, progress);
        } catch (IOException | RuntimeException e) {
            return deadline.isMissed()
                    ? new Exchange.TimedOut("the whole answer", progress.mayBeSent())
                    : failure(e, progress);
        } finally {
            deadline.end();
            expiry.cancel(false);
        }
    }

    private Exchange send(Outgoing outgoing, Progress progress) throws IOException {
        var request = new HttpPost(outgoing.uri());
        outgoing.headers().forEach(request::setHeader);
        request.setEntity(new ByteArrayEntity(outgoing.body(), ContentType.APPLICATION_JSON));
        var context = HttpClientContext.create();
        context.setAttribute(StagedExecutor.PROGRESS, progress);
        ClassicHttpResponse response = client.executeOpen(null, request, context);
        try {
            return read(response);
        } finally {
            // Of a body that was read to its end the connection is already back in the pool.
            Closer.closeQuietly(response);
        }
    }

    private Exchange read(ClassicHttpResponse response) throws IOException {
        var headers = new LinkedHashMap<String, String>();
        for (Header header : response.getHeaders()) {
            headers.putIfAbsent(header.getName(), String.valueOf(header.getValue()));
        }
        var all = new ResponseHeaders(headers);
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return new Exchange.Responded(response.getCode(), all, new byte[0]);
        }
        InputStream in = entity.getContent();
        byte[] body = in.readNBytes(maxResponseBytes);
        if (body.length == maxResponseBytes && in.read() >= 0) {
            // Closing the stream would read the rest; closing the response drops the connection.
            return new Exchange.TooLarge(response.getCode(), all, maxResponseBytes);
        }
        in.close();
        return new Exchange.Responded(response.getCode(), all, body);
    }

    private static Exchange failure(Exception e, Progress progress) {
        return e instanceof SocketTimeoutException
                ? new Exchange.TimedOut(progress.awaited(), progress.mayBeSent())
                : new Exchange.Broken(BrokenReason.of(e), progress.mayBeSent());
    }

    @Override
    public void close() {
        deadlines.close();
        client.close(CloseMode.IMMEDIATE);
    }
}
