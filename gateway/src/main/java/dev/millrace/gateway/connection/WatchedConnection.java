package dev.millrace.gateway.connection;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.spi.ServerConnection;
import java.time.Duration;

/** Handles the requests of a connection with its client in scope. */
final class WatchedConnection implements ServerConnection, InterruptableTask<Void> {
    private final ServerConnection http;
    private final ClientConnection client;
    private final RefusedConnection refused;
    private final ConnectionLimit connections;
    private final ConnectionLimit.Place place;

    /**
     * @param refused the refusal of this connection, used above the limit
     * @param place the place of this connection in the limit
     */
    WatchedConnection(
            ServerConnection http,
            ClientConnection client,
            RefusedConnection refused,
            ConnectionLimit connections,
            ConnectionLimit.Place place) {
        this.http = http;
        this.client = client;
        this.refused = refused;
        this.connections = connections;
        this.place = place;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        if (!place.tryEnter()) {
            refused.refuse(connections::answer);
            return;
        }
        try {
            handleRequests(limit);
        } finally {
            place.leave();
        }
    }

    private void handleRequests(Limit limit) throws InterruptedException {
        ScopedValue.where(ClientConnection.CURRENT, client)
                .<Void, InterruptedException>call(
                        () -> {
                            http.handle(limit);
                            return null;
                        });
    }

    /**
     * Returns no idle time for a watched request, which can wait longer than Helidon keeps idle
     * connections.
     */
    @Override
    public Duration idleTime() {
        return client.isWatched() ? Duration.ZERO : http.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
        http.close(interrupt);
    }

    @Override
    public boolean canInterrupt() {
        return http instanceof InterruptableTask<?> task && task.canInterrupt();
    }
}
