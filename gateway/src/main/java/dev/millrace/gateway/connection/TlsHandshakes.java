package dev.millrace.gateway.connection;

import dev.millrace.gateway.connection.ConnectionLimit.Place;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
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
    /** The handshake of this thread. Each connection has its own thread. */
    private static final ThreadLocal<Handshake> CURRENT = new ThreadLocal<>();

    private final ConnectionLimit connections;
    private final Duration patience;
    private final Duration longest;

    /**
     * @param watcher thread that waits for the end of the connection's thread
     */
    private record Handshake(Place place, ClientDeadline deadline, Thread watcher) {}

    /**
     * @param patience longest wait for a client's next bytes
     * @param longest time of a handshake after its first byte
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
        Handshake made = CURRENT.get();
        if (made == null) {
            return Optional.empty();
        }
        CURRENT.remove();
        made.watcher.interrupt();
        var _ = made.deadline.end();
        var _ = made.place.endSilence();
        return Optional.of(made.place);
    }

    /**
     * Begins the handshake on this thread: waits for its first byte, and returns it.
     *
     * @throws IOException if the client sends none in time
     */
    private byte[] begin(Socket socket) throws IOException {
        Place place = connections.place(socket.getInetAddress(), () -> close(socket));
        // Above the limit, the place stays empty, and the request is refused after the handshake.
        boolean isRefused = !place.tryEnter();
        place.beginSilence();
        var deadline =
                ClientDeadline.begin(
                        isRefused
                                ? RefusedConnection.PATIENCE
                                : ClientConnection.firstByteTime(patience));
        try {
            byte[] first = socket.getInputStream().readNBytes(1);
            if (first.length == 0) {
                throw new EOFException("the client has sent nothing");
            }
            if (!isRefused) {
                var _ = deadline.end();
                deadline = ClientDeadline.begin(longest);
            }
            CURRENT.set(new Handshake(place, deadline, watcher(place, deadline)));
            return first;
        } catch (IOException | RuntimeException e) {
            var _ = deadline.end();
            place.leave();
            throw e;
        }
    }

    /** Ends a handshake that has failed, of which Helidon tells nobody: its thread ends. */
    private static Thread watcher(Place place, ClientDeadline deadline) {
        Thread connection = Thread.currentThread();
        return Thread.ofVirtual()
                .name("millrace-gateway-handshake")
                .start(
                        () -> {
                            try {
                                connection.join();
                                var _ = deadline.end();
                                place.leave();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
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

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return context.getDefaultSSLParameters();
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return context.getSupportedSSLParameters();
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
            return factory.createSocket(
                    accepted, new ByteArrayInputStream(begin(accepted)), closes);
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
