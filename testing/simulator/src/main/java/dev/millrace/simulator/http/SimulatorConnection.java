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
 * A client's connection. Handlers on the connection's thread use it to detect that the client has
 * disconnected, or to close the socket.
 */
final class SimulatorConnection implements ServerConnection, InterruptableTask<Void> {
    private static final ScopedValue<SimulatorConnection> CURRENT = ScopedValue.newInstance();

    private final ConnectionContext context;
    private final Http1Connection http;

    SimulatorConnection(ConnectionContext context, Http1Connection http) {
        this.context = context;
        this.http = http;
    }

    /** Returns the connection that the current thread serves. */
    static SimulatorConnection current() {
        return CURRENT.get();
    }

    /**
     * Waits until the client sends its next request or disconnects. Call this on the connection's
     * own thread, after the request was read completely.
     *
     * @return false when the client has disconnected
     */
    boolean awaitInput() {
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
    void closeSocket() {
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
