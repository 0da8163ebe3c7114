package dev.millrace.worker.call;

import java.io.IOException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Records when a request starts to be sent and when the head of its response arrives, and passes on
 * how to set the timeout of what follows. The client resets the first timeout for each request of a
 * connection. This is the last point before a request is written; a late request is not written.
 */
final class TimedRequestExecutor extends HttpRequestExecutor {
    static final String PROGRESS = "millrace.progress";

    private final Timeout betweenChunks;

    TimedRequestExecutor(Timeout betweenChunks) {
        this.betweenChunks = betweenChunks;
    }

    @Override
    public ClassicHttpResponse execute(
            ClassicHttpRequest request,
            HttpClientConnection connection,
            @Nullable HttpResponseInformationCallback callback,
            HttpContext context)
            throws IOException, HttpException {
        var progress = (ExchangeProgress) context.getAttribute(PROGRESS);
        if (!progress.onConnected()) {
            throw new IOException("too late to be sent");
        }
        ClassicHttpResponse response = super.execute(request, connection, callback, context);
        progress.onHead(betweenChunks, connection::setSocketTimeout);
        return response;
    }
}
