package dev.millrace.worker.http;

import org.apache.hc.client5.http.ConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.impl.DefaultConnectionKeepAliveStrategy;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;

/**
 * Decides how long an idle connection is kept: {@link #MAX_IDLE}, or less if the server's {@code
 * Keep-Alive} header asks for less. Closes a connection a second before the server does, so that a
 * request does not cross with the close.
 */
final class KeepAlive implements ConnectionKeepAliveStrategy {
    /** Maximum idle time of a connection, shorter than the keep-alive of common load balancers. */
    static final TimeValue MAX_IDLE = TimeValue.ofSeconds(30);

    private static final long MARGIN_MILLIS = 1_000;

    @Override
    public TimeValue getKeepAliveDuration(HttpResponse response, HttpContext context) {
        TimeValue server =
                DefaultConnectionKeepAliveStrategy.INSTANCE.getKeepAliveDuration(response, context);
        // The pool treats zero as endless.
        return TimeValue.ofMilliseconds(
                Math.clamp(server.toMilliseconds() - MARGIN_MILLIS, 1, MAX_IDLE.toMilliseconds()));
    }
}
