package dev.millrace.gateway.connection;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;

/**
 * Sends an answer without chunks whose length is not known: the end of the connection ends it.
 * Helidon sends an answer in chunks unless it has a {@code Content-Length}; {@link #HEADER} is one,
 * and is removed before the headers are sent.
 */
public final class UnknownLength implements Http1ConnectionListener {
    /** Makes Helidon send an answer without chunks. */
    public static final Header HEADER =
            HeaderValues.create(HeaderNames.CONTENT_LENGTH, Long.MAX_VALUE);

    @Override
    public void headers(ConnectionContext connection, Headers headers) {
        if (headers instanceof WritableHeaders<?> sent && sent.contains(HEADER)) {
            sent.remove(HeaderNames.CONTENT_LENGTH);
        }
    }
}
