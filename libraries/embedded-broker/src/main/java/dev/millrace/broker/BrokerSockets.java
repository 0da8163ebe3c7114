package dev.millrace.broker;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The two listening sockets of the node, bound before Kafka starts.
 *
 * <p>A port in use is therefore reported at once, and no other process can take a free port between
 * its choice and its use.
 */
final class BrokerSockets implements ServerSocketFactory, AutoCloseable {
    private final ServerSocketChannel clients;
    private final ServerSocketChannel controller;

    private BrokerSockets(ServerSocketChannel clients, ServerSocketChannel controller) {
        this.clients = clients;
        this.controller = controller;
    }

    static BrokerSockets open(int clientPort) {
        var clients = bind(clientPort);
        try {
            return new BrokerSockets(clients, bind(0));
        } catch (BrokerStartException e) {
            closeQuietly(clients);
            throw e;
        }
    }

    int clientPort() {
        return clients.socket().getLocalPort();
    }

    int controllerPort() {
        return controller.socket().getLocalPort();
    }

    @Override
    public ServerSocketChannel openServerSocket(
            String listenerName, InetSocketAddress address, int backlog, int receiveBufferBytes)
            throws IOException {
        var channel = listenerName.equals(BrokerProperties.CONTROLLER) ? controller : clients;
        channel.configureBlocking(false);
        return channel;
    }

    @Override
    public void close() {
        closeQuietly(clients);
        closeQuietly(controller);
    }

    private static ServerSocketChannel bind(int port) {
        try {
            var channel = ServerSocketChannel.open();
            try {
                channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 128);
                return channel;
            } catch (IOException e) {
                closeQuietly(channel);
                throw e;
            }
        } catch (BindException e) {
            throw BrokerStartException.portInUse(port, e);
        } catch (IOException e) {
            throw BrokerStartException.unexpected(e);
        }
    }

    private static void closeQuietly(ServerSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // The operating system closes the socket when the process ends.
        }
    }
}
