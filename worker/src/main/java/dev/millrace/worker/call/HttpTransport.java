package dev.millrace.worker.call;

import dev.millrace.contracts.config.WorkerConfig.Timeouts;
import dev.millrace.worker.answer.Exchange;
import dev.millrace.worker.port.Providers.Window;
import dev.millrace.worker.wire.ResponseHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.LinkedHashMap;
import java.util.function.LongSupplier;
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

/** Exchanges requests and responses over HTTP/1.1 with pooled connections. */
final class HttpTransport implements Transport {
    private final CloseableHttpClient client;
    private final ResponseBodyReader bodies;
    private final LongSupplier nanos;
    private final long totalNanos;
    private final Deadlines deadlines = new Deadlines();

    /**
     * Creates a transport, which closes the client.
     *
     * @param nanos the ticker of the windows
     */
    HttpTransport(
            CloseableHttpClient client,
            Timeouts timeouts,
            ResponseBodyReader bodies,
            LongSupplier nanos) {
        this.client = client;
        this.bodies = bodies;
        this.nanos = nanos;
        this.totalNanos = timeouts.total().toNanos();
    }

    @Override
    public Exchange exchange(ProviderRequest outgoing, String model, Window window) {
        long leftNanos = window.endByNanos() - nanos.getAsLong();
        if (leftNanos <= 0) {
            return new Exchange.Expired(false);
        }
        var connecting = new Deadline();
        var progress = new ExchangeProgress(nanos, window.sendByNanos(), connecting);
        var deadline = new Deadline();
        var expiry = deadlines.watch(deadline, Math.min(leftNanos, totalNanos));
        var setUp = deadlines.watch(connecting, window.sendByNanos() - nanos.getAsLong());
        try {
            return send(outgoing, model, progress);
        } catch (IOException | RuntimeException e) {
            if (progress.isLate()) {
                return new Exchange.SendWindowMissed();
            }
            return deadline.isMissed()
                    ? expired(leftNanos < totalNanos, progress)
                    : failure(e, progress);
        } finally {
            connecting.end();
            setUp.cancel(false);
            deadline.end();
            expiry.cancel(false);
        }
    }

    private static Exchange expired(boolean isJobDeadline, ExchangeProgress progress) {
        return isJobDeadline
                ? new Exchange.Expired(progress.mayBeSent())
                : new Exchange.TimedOut("the whole answer", progress.mayBeSent());
    }

    private Exchange send(ProviderRequest outgoing, String model, ExchangeProgress progress)
            throws IOException {
        var request = new HttpPost(outgoing.uri());
        outgoing.headers().forEach(request::setHeader);
        request.setEntity(new ByteArrayEntity(outgoing.body(), ContentType.APPLICATION_JSON));
        var context = HttpClientContext.create();
        context.setAttribute(TimedRequestExecutor.PROGRESS, progress);
        ClassicHttpResponse response = client.executeOpen(null, request, context);
        try {
            return read(response, model);
        } finally {
            // If the body was read to its end, the connection is already back in the pool.
            Closer.closeQuietly(response);
        }
    }

    private Exchange read(ClassicHttpResponse response, String model) throws IOException {
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
        byte[] body = bodies.read(in, model);
        if (body.length == bodies.maxBytes() && in.read() >= 0) {
            // Closing the stream would read the rest; closing the response drops the connection.
            return new Exchange.TooLarge(response.getCode(), all, bodies.maxBytes());
        }
        in.close();
        return new Exchange.Responded(response.getCode(), all, body);
    }

    private static Exchange failure(Exception e, ExchangeProgress progress) {
        return e instanceof SocketTimeoutException
                ? new Exchange.TimedOut(progress.awaited(), progress.mayBeSent())
                : new Exchange.Broken(DisconnectReason.of(e), progress.mayBeSent());
    }

    @Override
    public void close() {
        deadlines.close();
        client.close(CloseMode.IMMEDIATE);
    }
}
