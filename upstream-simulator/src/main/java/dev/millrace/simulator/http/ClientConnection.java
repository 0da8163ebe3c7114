package dev.millrace.simulator.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Connection;
import io.helidon.webserver.spi.ServerConnection;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * One client's connection. It hands HTTP to the server and makes itself known to the handlers that
 * run on its thread, so that they can see the client leave, or hang up on it.
 */
final class ClientConnection implements ServerConnection, InterruptableTask<Void> {
    private static final ScopedValue<ClientConnection> CURRENT = ScopedValue.newInstance();

    private final ConnectionContext context;
    private final Http1Connection http;

    ClientConnection(ConnectionContext context, Http1Connection http) {
        this.context = context;
        this.http = http;
    }

    /** The connection whose thread this is. */
    static ClientConnection current() {
        return CURRENT.get();
    }

    /**
     * Waits until the client sends more, which is its next request, or is gone. To be called on the
     * connection's own thread, with the request read completely.
     *
     * @return whether the client is still there
     */
    boolean awaitMore() {
        try {
            context.dataReader().ensureAvailable();
            return true;
        } catch (DataReader.InsufficientDataAvailableException
                | CloseConnectionException
                | UncheckedIOException gone) {
            return false;
        }
    }

    /** Closes the socket; callable from any thread. */
    void hangUp() {
        try {
            context.serverSocket().close();
        } catch (UncheckedIOException alreadyClosed) {
            // Both sides may hang up at the same time; closed is closed.
        }
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        ScopedValue.where(CURRENT, this)
                .<Boolean, InterruptedException>call(
                        () -> {
                            http.handle(limit);
                            return true;
                        });
    }

    @Override
    public boolean canInterrupt() {
        return http.canInterrupt();
    }

    @Override
    public Duration idleTime() {
        return http.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
        http.close(interrupt);
    }
}
