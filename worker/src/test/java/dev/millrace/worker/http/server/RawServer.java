package dev.millrace.worker.http.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLServerSocket;

/** A server that answers each request as scripted by the test, byte by byte. */
public final class RawServer implements AutoCloseable {
    private final ServerSocket socket;
    private final Script script;
    private final Map<Socket, Thread> connections = new ConcurrentHashMap<>();
    public final AtomicInteger accepted = new AtomicInteger();
    public final List<String> heads = new CopyOnWriteArrayList<>();

    /** Runs after a request has been read. */
    public interface Script {
        void answer(OutputStream out, Socket connection) throws IOException;
    }

    public RawServer(Script script) throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
    }

    public RawServer(ServerSocket socket, Script script) {
        this.socket = socket;
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    /** Returns a server with a certificate of {@link TestTls}. */
    public static RawServer overTls(Script script) throws IOException {
        return new RawServer(TestTls.serverSocket("127.0.0.1"), script);
    }

    /** Returns a script that sends one complete answer to every request. */
    public static Script always(int status, String body) {
        return (out, _) -> out.write(response(status, body).getBytes(ISO_8859_1));
    }

    public static String response(int status, String body) {
        return "HTTP/1.1 "
                + status
                + " X\r\nContent-Type: application/json\r\nx-request-id: r1\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    public URI uri() {
        String scheme = socket instanceof SSLServerSocket ? "https" : "http";
        return URI.create(scheme + "://127.0.0.1:" + port());
    }

    public int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = socket.accept();
                accepted.incrementAndGet();
                connections.put(connection, Thread.ofVirtual().start(() -> serve(connection)));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            while (readRequest(connection.getInputStream())) {
                script.answer(connection.getOutputStream(), connection);
                connection.getOutputStream().flush();
            }
        } catch (IOException e) {
            // The client has disconnected.
        }
    }

    private boolean readRequest(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return false;
            }
            head.append((char) next);
        }
        heads.add(head.toString());
        int length =
                head.toString()
                        .lines()
                        .filter(line -> line.regionMatches(true, 0, "content-length:", 0, 15))
                        .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                        .findFirst()
                        .orElse(0);
        in.skipNBytes(length);
        return true;
    }

    /** Closes all connections; the client notices at their next use. */
    public void closeConnections() throws InterruptedException {
        List<Thread> readers = List.copyOf(connections.values());
        disconnect();
        // The JVM closes a socket that is being read when its reader has noticed.
        for (Thread reader : readers) {
            reader.join();
        }
    }

    private void disconnect() {
        connections.keySet().forEach(RawServer::close);
        connections.clear();
    }

    private static void close(Socket connection) {
        try {
            connection.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        disconnect();
    }
}
