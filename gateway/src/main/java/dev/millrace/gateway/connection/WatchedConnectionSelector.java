package dev.millrace.gateway.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Creates HTTP/1.1 connections whose requests can be watched. Their first request may be HTTP/1.0.
 */
public final class WatchedConnectionSelector implements ServerConnectionSelector {
    private final Http1ConnectionSelector http;
    private final Duration patience;
    private final ConnectionLimit connections;
    private final TlsHandshakes handshakes;

    /** Creates a selector of connections whose TLS handshakes, if any, are not limited. */
    public WatchedConnectionSelector(
            Http1Config config, Duration patience, ConnectionLimit connections) {
        this(config, patience, connections, new TlsHandshakes(connections, patience, patience));
    }

    /**
     * Creates a selector.
     *
     * @param config settings of the connections
     * @param patience longest wait for a client: for its next bytes, except while its request is
     *     handled, and for reading 32 KiB of its answer
     * @param connections counts the connections
     * @param handshakes the handshakes that come before the connections
     */
    public WatchedConnectionSelector(
            Http1Config config,
            Duration patience,
            ConnectionLimit connections,
            TlsHandshakes handshakes) {
        this.patience = patience;
        this.connections = connections;
        this.handshakes = handshakes;
        http =
                Http1ConnectionSelector.builder()
                        .config(
                                Http1Config.builder(config)
                                        // Helidon 4.5.0 calls none of two listeners.
                                        .sendListeners(List.of(new UnknownLength()))
                                        .build())
                        .build();
    }

    @Override
    public int bytesToIdentifyConnection() {
        return http.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        return http.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        HelidonSocket socket = context.serverSocket();
        ConnectionLimit.Place place =
                handshakes
                        .end()
                        .orElseGet(
                                () ->
                                        connections.place(
                                                addressOf(context.remotePeer()), socket::close));
        var client = new ClientConnection(context.dataReader(), patience, place);
        return new WatchedConnection(
                http.connection(new WatchedContext(context, client, patience)),
                client,
                new RefusedConnection(context.dataReader(), context.dataWriter()),
                connections,
                place);
    }

    private static InetAddress addressOf(PeerInfo peer) {
        return ((InetSocketAddress) peer.address()).getAddress();
    }
}
