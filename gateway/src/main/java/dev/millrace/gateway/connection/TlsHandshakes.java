package dev.millrace.gateway.connection;

import dev.millrace.gateway.connection.ConnectionLimit.Place;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Limits the time of TLS handshakes, and counts their connections, which are silent until the end
 * of the handshake. Helidon 4.5.0 has no such limit. Its thread of a connection first asks the
 * context for the TLS socket of the connection, then makes the handshake, and then asks the
 * selector for the connection. Thread-safe.
 */
public final class TlsHandshakes {
    private final ConnectionLimit connections;
    private final Duration patience;
    private final Duration longest;

    /** The handshakes by the threads of their connections. */
    private final Map<Thread, Handshake> running = new ConcurrentHashMap<>();

    /**
     * @param watcher thread that waits for the end of the handshake
     */
    private record Handshake(Place place, Thread watcher) {}

    /**
     * @param patience longest wait for a client's next bytes
     * @param longest total time of a handshake
     */
    public TlsHandshakes(ConnectionLimit connections, Duration patience, Duration longest) {
        this.connections = connections;
        this.patience = patience;
        this.longest = longest;
    }

    /** Returns the context for a server whose handshakes are limited. */
    public SSLContext limited(SSLContext context) {
        return new LimitedContext(new Spi(context), context);
    }

    /** Ends the handshake of this thread; returns its place, or empty if it makes none. */
    Optional<Place> end() {
        Handshake made = running.remove(Thread.currentThread());
        if (made == null) {
            return Optional.empty();
        }
        made.watcher.interrupt();
        var _ = made.place.endSilence();
        return Optional.of(made.place);
    }

    /** Begins the handshake on this thread: waits for its first byte; returns none without one. */
    private byte[] begin(Socket socket) throws IOException {
        Place place = connections.place(socket.getInetAddress(), () -> close(socket));
        // Above the limit, the request is refused after the handshake.
        boolean hasEntered = place.tryEnter();
        place.beginSilence();
        Thread connection = Thread.currentThread();
        Thread watcher =
                Thread.ofVirtual()
                        .name("millrace-gateway-handshake")
                        .unstarted(
                                () ->
                                        watch(
                                                connection,
                                                place,
                                                hasEntered ? longest : RefusedConnection.PATIENCE));
        running.put(connection, new Handshake(place, watcher));
        watcher.start();
        var firstByte = ClientDeadline.begin(ClientConnection.firstByteTime(patience));
        try {
            return socket.getInputStream().readNBytes(1);
        } finally {
            var _ = firstByte.end();
        }
    }

    /**
     * Interrupts a handshake that takes too long, which closes its connection. Frees the place of a
     * failed handshake: Helidon does not report it, but the thread of the connection ends.
     */
    private void watch(Thread connection, Place place, Duration time) {
        try {
            if (!connection.join(time)) {
                connection.interrupt();
                connection.join();
            }
            running.remove(connection);
            place.leave();
        } catch (InterruptedException e) {
            // The handshake has ended.
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // The thread of the connection notices.
        }
    }

    /** The constructor of contexts is protected. */
    private static final class LimitedContext extends SSLContext {
        LimitedContext(SSLContextSpi spi, SSLContext context) {
            super(spi, context.getProvider(), context.getProtocol());
        }
    }

    /** The given context with another factory of sockets. */
    private final class Spi extends SSLContextSpi {
        private final SSLContext context;

        Spi(SSLContext context) {
            this.context = context;
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return new Sockets(context.getSocketFactory());
        }

        @Override
        protected void engineInit(
                KeyManager @Nullable [] keys,
                TrustManager @Nullable [] trusted,
                @Nullable SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("the context is initialized");
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return context.getServerSocketFactory();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return context.createSSLEngine();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return context.createSSLEngine(host, port);
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return context.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return context.getClientSessionContext();
        }
    }

    /** Makes sockets of a server on accepted connections. */
    private final class Sockets extends SSLSocketFactory {
        private final SSLSocketFactory factory;

        Sockets(SSLSocketFactory factory) {
            this.factory = factory;
        }

        @Override
        public Socket createSocket(Socket accepted, @Nullable InputStream read, boolean closes)
                throws IOException {
            // Helidon closes only the TLS socket, but would leave the connection beneath it open.
            return factory.createSocket(accepted, new ByteArrayInputStream(begin(accepted)), true);
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return factory.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return factory.getSupportedCipherSuites();
        }

        @Override
        public Socket createSocket(Socket connected, String host, int port, boolean closes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
        }
    }
}
