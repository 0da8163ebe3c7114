package dev.millrace.worker.http.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An HTTP proxy that opens tunnels for {@code CONNECT} and forwards other requests. A head without
 * the required text is answered with status 407.
 */
public final class TestProxy implements AutoCloseable {
    private final ServerSocket socket;
    private final String required;
    private final List<Socket> connections = new CopyOnWriteArrayList<>();

    /** The heads of all requests that the proxy itself has read. */
    public final List<String> heads = new CopyOnWriteArrayList<>();

    public TestProxy() throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), "");
    }

    /**
     * @param required text that each head must contain
     */
    public TestProxy(ServerSocket socket, String required) {
        this.socket = socket;
        this.required = required;
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = socket.accept();
                connections.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            heads.add(head);
            if (!head.contains(required)) {
                write(client, "HTTP/1.1 407 X\r\nContent-Length: 0\r\n\r\n");
            } else if (head.startsWith("CONNECT ")) {
                tunnel(client, URI.create("http://" + head.split(" ", 3)[1]));
            } else {
                forward(client, head);
            }
        } catch (IOException e) {
            // A peer has disconnected.
        }
    }

    private void tunnel(Socket client, URI target) throws IOException {
        try (var server = new Socket(target.getHost(), target.getPort())) {
            write(client, "HTTP/1.1 200 X\r\n\r\n");
            relay(client, server);
        }
    }

    /** Forwards all that follows on the connection, too, so only one server can be called. */
    private void forward(Socket client, String head) throws IOException {
        var target = URI.create(head.split(" ", 3)[1]);
        try (var server = new Socket(target.getHost(), target.getPort())) {
            write(server, head.replaceFirst("http://[^/]+", ""));
            relay(client, server);
        }
    }

    private static void relay(Socket client, Socket server) throws IOException {
        Thread.ofVirtual().start(() -> copy(server, client));
        client.getInputStream().transferTo(server.getOutputStream());
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // A peer has disconnected.
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("disconnected");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void write(Socket to, String text) throws IOException {
        to.getOutputStream().write(text.getBytes(ISO_8859_1));
        to.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }
}
