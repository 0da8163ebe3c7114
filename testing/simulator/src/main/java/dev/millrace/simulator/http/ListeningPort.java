package dev.millrace.simulator.http;

import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A port that serves HTTP or refuses connections. While the port refuses connections, a socket that
 * does not listen stays bound to it, so that the system does not give the port to another socket.
 * Such a socket could be a client that connects to itself. Guarded by its own lock.
 */
final class ListeningPort {
    private final Function<InetSocketAddress, WebServer> servers;
    private final InetSocketAddress address;
    private @Nullable WebServer server;
    private @Nullable Socket placeholder;
    private boolean isClosed;

    /**
     * Starts listening.
     *
     * @param address address to listen on; port 0 = any free port
     * @param servers creates the server for an address, without starting it
     * @throws UncheckedIOException when the address cannot be bound, for example because the port
     *     is in use
     */
    ListeningPort(InetSocketAddress address, Function<InetSocketAddress, WebServer> servers) {
        this.servers = servers;
        requireBindable(address);
        WebServer started = start(address);
        this.server = started;
        this.address = new InetSocketAddress(address.getAddress(), started.port());
    }

    /** Returns the number of the port. */
    int number() {
        return address.getPort();
    }

    /** Closes all connections and refuses new connections. Does nothing when it does so already. */
    synchronized void refuse() {
        WebServer running = server;
        if (running != null) {
            running.stop();
            server = null;
            placeholder = placeholder();
        }
    }

    /** Serves again. Does nothing when it is serving or closed. */
    synchronized void serve() {
        if (server == null && !isClosed) {
            closePlaceholder();
            server = start(address);
        }
    }

    /** Closes the port. */
    synchronized void close() {
        isClosed = true;
        if (server != null) {
            server.stop();
        }
        closePlaceholder();
    }

    private WebServer start(InetSocketAddress where) {
        WebServer started = servers.apply(where).start();
        if (!started.isRunning()) {
            throw cannotListen(where, "the web server did not start", null);
        }
        return started;
    }

    /** Returns a bound socket that does not listen, so that the port refuses connections. */
    private Socket placeholder() {
        try {
            Socket socket = new Socket();
            socket.setReuseAddress(true);
            socket.bind(address);
            return socket;
        } catch (IOException e) {
            throw cannotListen(address, String.valueOf(e.getMessage()), e);
        }
    }

    private void closePlaceholder() {
        try {
            if (placeholder != null) {
                placeholder.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Binds the address once beforehand, since the web server only logs why it cannot start. */
    private static void requireBindable(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw cannotListen(address, "the host is unknown", null);
        }
        try (ServerSocket _ = new ServerSocket(address.getPort(), 1, address.getAddress())) {
            // Closing the socket frees the port again.
        } catch (IOException e) {
            throw cannotListen(address, String.valueOf(e.getMessage()), e);
        }
    }

    private static UncheckedIOException cannotListen(
            InetSocketAddress address, String reason, @Nullable IOException cause) {
        return new UncheckedIOException(
                new IOException("cannot listen on " + address + ": " + reason, cause));
    }
}
