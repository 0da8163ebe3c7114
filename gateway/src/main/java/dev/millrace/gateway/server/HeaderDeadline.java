package dev.millrace.gateway.server;

import dev.millrace.gateway.connection.ClientDeadline;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Disconnects clients whose headers take too long in total. The socket timeout does not, because
 * each byte restarts it. Called on the thread of each connection.
 */
final class HeaderDeadline implements Http1ConnectionListener {
    private final Duration time;

    /** The deadline of each connection that reads headers; an abandoned one passes by itself. */
    private final Map<Thread, ClientDeadline> deadlines = new ConcurrentHashMap<>();

    HeaderDeadline(Duration time) {
        this.time = time;
    }

    @Override
    public void prologue(ConnectionContext connection, HttpPrologue prologue) {
        deadlines.keySet().removeIf(it -> !it.isAlive());
        deadlines.put(Thread.currentThread(), ClientDeadline.begin(time));
    }

    @Override
    public void headers(ConnectionContext connection, Headers headers) {
        ClientDeadline deadline = deadlines.remove(Thread.currentThread());
        if (deadline != null && !deadline.end()) {
            connection.serverSocket().close();
        }
    }
}
