package dev.millrace.bench.provider;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.bench.process.ServedProgram;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;

/**
 * A program that answers every HTTP/1.1 request with the same body. Connections are kept alive;
 * requests need a {@code Content-Length}.
 */
public final class FixedAnswerServer implements AutoCloseable {
    private static final int BACKLOG = 16_384;
    private static final String LENGTH = "content-length:";

    private final ServerSocket socket;
    private final byte[] response = response();

    private FixedAnswerServer(ServerSocket socket) {
        this.socket = socket;
    }

    /**
     * Reports its address to the parent and serves until the parent closes its standard input.
     *
     * @param args none
     */
    public static void main(String[] args) throws Exception {
        FixedAnswerServer server = start();
        ServedProgram.serve(server.address().toString(), server);
    }

    /**
     * Starts a server on a free port of the loopback interface.
     *
     * @throws IOException when no port can be bound
     */
    static FixedAnswerServer start() throws IOException {
        var server =
                new FixedAnswerServer(
                        new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
        Thread.ofPlatform().daemon().name("accept").start(server::accept);
        return server;
    }

    /** Returns the base address, including {@code /v1}. */
    URI address() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/v1");
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                var in = new BufferedInputStream(client.getInputStream(), 1 << 10);
                var out = client.getOutputStream()) {
            client.setTcpNoDelay(true);
            while (readRequest(in)) {
                out.write(response);
            }
        } catch (IOException e) {
            // The client may close its connection at any time.
        }
    }

    /** Reads one request; returns false at the end of the connection. */
    private static boolean readRequest(InputStream in) throws IOException {
        int length = 0;
        boolean hasRequest = false;
        for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
            hasRequest = true;
            String header = line.toLowerCase(Locale.ROOT);
            if (header.startsWith(LENGTH)) {
                length = Integer.parseInt(header.substring(LENGTH.length()).strip());
            }
        }
        in.skipNBytes(length);
        return hasRequest;
    }

    /** Reads a line without its terminator; also empty at the end of the connection. */
    private static String readLine(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(ISO_8859_1);
    }

    private static byte[] response() {
        byte[] body = FixedAnswer.body();
        String head =
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
                        + body.length
                        + "\r\n\r\n";
        var all = new ByteArrayOutputStream();
        all.writeBytes(head.getBytes(ISO_8859_1));
        all.writeBytes(body);
        return all.toByteArray();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
