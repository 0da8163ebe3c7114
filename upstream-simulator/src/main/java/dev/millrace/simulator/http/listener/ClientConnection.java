package dev.millrace.simulator.http.listener;

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
 * A client's connection. Handlers on the connection's thread use it to detect that the client has
 * disconnected, or to close the socket.
 */
public final class ClientConnection implements ServerConnection, InterruptableTask<Void> {
    private static final ScopedValue<ClientConnection> CURRENT = ScopedValue.newInstance();

    private final ConnectionContext context;
    private final Http1Connection http;

    ClientConnection(ConnectionContext context, Http1Connection http) {
        this.context = context;
        this.http = http;
    }

    /** Returns the connection that the current thread serves. */
    public static ClientConnection current() {
        return CURRENT.get();
    }

    /**
     * Waits until the client sends its next request or disconnects. Call this on the connection's
     * own thread, after the request was read completely.
     *
     * @return false when the client has disconnected
     */
    public boolean awaitInput() {
        try {
            context.dataReader().ensureAvailable();
            return true;
        } catch (DataReader.InsufficientDataAvailableException
                | CloseConnectionException
                | UncheckedIOException gone) {
            return false;
        }
    }

    /** Closes the socket. Any thread may call this. */
    public void closeSocket() {
        try {
            context.serverSocket().close();
        } catch (UncheckedIOException alreadyClosed) {
            // Both sides can close the connection at once.
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
